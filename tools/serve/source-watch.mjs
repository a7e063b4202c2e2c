import ts from 'typescript';

/** Codes of the two status messages that say a build has ended: "Found 1 error.", "Found {0} errors.". */
const ended = new Set([6193, 6194]);

const formatHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
  getNewLine: () => ts.sys.newLine,
};

function print(diagnostic) {
  const format = process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  process.stderr.write(format([diagnostic], formatHost));
}

/**
 * Builds a project with all it refers to, and again at every change. `onBuilt` is called after the first build without
 * errors and after each later one that wrote code.
 *
 * @param {string} config path of the project's tsconfig
 * @param {() => void} onBuilt
 */
export function watchSources(config, onBuilt) {
  let news = true;
  let errors = 0;
  const system = {
    ...ts.sys,
    writeFile: (path, data, bom) => {
      if (path.endsWith('.js')) news = true;
      ts.sys.writeFile(path, data, bom);
    },
  };
  const fault = (diagnostic) => {
    errors += 1;
    print(diagnostic);
  };
  const status = ({ code }) => {
    if (!ended.has(code)) return;
    if (errors > 0) process.stderr.write('not built; waiting for the next change\n');
    else if (news) {
      news = false;
      onBuilt();
    }
    errors = 0;
  };
  const program = ts.createEmitAndSemanticDiagnosticsBuilderProgram;
  const host = ts.createSolutionBuilderWithWatchHost(system, program, fault, () => undefined, status);
  ts.createSolutionBuilderWithWatch(host, [config], {}).build();
}
