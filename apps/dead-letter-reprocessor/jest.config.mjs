import preset from '../../jest.preset.mjs';

export default { ...preset, displayName: 'dead-letter-reprocessor', rootDir: import.meta.dirname };
