import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'redis-transport', rootDir: import.meta.dirname };
