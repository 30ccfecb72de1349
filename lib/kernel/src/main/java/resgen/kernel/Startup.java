package resgen.kernel;

import java.util.ArrayList;
import java.util.List;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import resgen.kernel.eval.Outcome;
import resgen.kernel.eval.Session;

/** What every notebook can use without importing it: JShell's default imports and IJava's calls. */
final class Startup {
  static final String API = "https://docs.oracle.com/en/java/javase/17/docs/api/index.html";

  static final String IMPORTS =
      """
      import java.io.*;
      import java.math.*;
      import java.net.*;
      import java.nio.file.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.function.*;
      import java.util.prefs.*;
      import java.util.regex.*;
      import java.util.stream.*;
      import static resgen.kernel.Notebook.*;
      """;

  private Startup() {}

  /** What Jupyter is told of the language. */
  static LanguageInfo language() {
    return new LanguageInfo.Builder("java")
        .version(Runtime.version().toString())
        .mimetype("text/x-java-source")
        .fileExtension(".jshell")
        .pygments("java")
        .codemirror("text/x-java")
        .build();
  }

  /** What every cell needs, however short a time the settings give them. */
  static List<String> imports(Session session) {
    List<String> told = new ArrayList<>();
    CrashReports.untold().forEach(crash -> told.add("note: " + crash + "\n"));
    told.addAll(run(session, List.of(IMPORTS)));
    return told;
  }

  /** Runs scripts before the first cell; returns what that cell is to tell of them. */
  static List<String> run(Session session, List<String> scripts) {
    List<String> told = new ArrayList<>();
    for (String script : scripts) {
      Outcome outcome = session.run(script, 0);
      if (!outcome.ok()) {
        told.add("start-up script failed:\n" + outcome.error().plain() + "\n");
      }
    }
    return told;
  }
}
