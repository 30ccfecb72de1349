package resgen.kernel;

/** What every notebook can use without importing it: JShell's default imports and IJava's calls. */
final class Startup {
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
}
