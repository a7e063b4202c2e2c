import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'dashboard-web', rootDir: import.meta.dirname };
