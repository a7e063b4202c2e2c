import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'spool', rootDir: import.meta.dirname };
