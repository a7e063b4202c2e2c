import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'ingress', rootDir: import.meta.dirname };
