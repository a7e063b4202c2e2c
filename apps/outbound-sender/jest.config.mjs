import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'outbound-sender', rootDir: import.meta.dirname };
