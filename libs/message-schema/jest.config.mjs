import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'message-schema', rootDir: import.meta.dirname };
