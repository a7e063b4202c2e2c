import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'message-bus', rootDir: import.meta.dirname };
