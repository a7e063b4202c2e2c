import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'channels', rootDir: import.meta.dirname };
