import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'dashboard-broadcaster', rootDir: import.meta.dirname };
