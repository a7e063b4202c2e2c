import ts from 'typescript';

const host: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (name) => name,
  getCurrentDirectory: () => ts.sys.getCurrentDirectory(),
  getNewLine: () => ts.sys.newLine,
};

function print(diagnostic: ts.Diagnostic): void {
  const format = process.stdout.isTTY ? ts.formatDiagnosticsWithColorAndContext : ts.formatDiagnostics;
  process.stderr.write(format([diagnostic], host));
}

/**
 * Builds a project with all it refers to, and again at every change. `onBuilt` is called after the first build without
 * errors and after each later one that wrote code.
 */
export function watchSources(config: string, onBuilt: () => void): void {
  let news = true;
  const system: ts.System = {
    ...ts.sys,
    clearScreen: () => undefined,
    writeFile: (path, data, bom) => {
      if (path.endsWith('.js')) news = true;
      ts.sys.writeFile(path, data, bom);
    },
  };
  const finished: ts.WatchStatusReporter = (_status, _newLine, _options, errorCount) => {
    // Absent while a build begins.
    if (errorCount === undefined) return;
    if (errorCount > 0) process.stderr.write(`${errorCount} error(s): what ran before goes on\n`);
    else if (news) {
      news = false;
      onBuilt();
    }
  };
  const builderHost = ts.createSolutionBuilderWithWatchHost(
    system,
    ts.createEmitAndSemanticDiagnosticsBuilderProgram,
    print,
    () => undefined,
    finished,
  );
  ts.createSolutionBuilderWithWatch(builderHost, [config], { preserveWatchOutput: true }).build();
}
