import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'metrics', rootDir: import.meta.dirname };
