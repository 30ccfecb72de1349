package resgen.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reports that the JVM leaves when native code crashes it. They lie in the folder {@code crashes}
 * beside {@code kernel.json}; the next kernel names the new ones.
 */
final class CrashReports {
  private static final String FOLDER = "jshell.kernel.crashes";
  private static final String TOLD = ".told";

  private CrashReports() {}

  /** Makes a JVM leave its reports in this folder. */
  static List<String> jvmFlags(Path folder) {
    return List.of(
        "-D" + FOLDER + "=" + folder,
        "-XX:ErrorFile=" + folder.resolve("crash-%p.log"),
        "-XX:-CreateCoredumpOnCrash");
  }

  /** A sentence for each report that no kernel has told of yet. */
  static List<String> untold() {
    String folder = System.getProperty(FOLDER);
    return folder == null ? List.of() : untold(Path.of(folder));
  }

  static List<String> untold(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    Path told = folder.resolve(TOLD);
    try (Stream<Path> files = Files.list(folder)) {
      FileTime since =
          Files.exists(told) ? Files.getLastModifiedTime(told) : FileTime.fromMillis(0);
      List<String> out = new ArrayList<>();
      FileTime newest = since;
      for (Path file : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        FileTime when = Files.getLastModifiedTime(file);
        if (when.compareTo(since) > 0) {
          out.add(sentence(file, when));
          newest = when.compareTo(newest) > 0 ? when : newest;
        }
      }
      if (!out.isEmpty()) {
        Files.writeString(told, "");
        Files.setLastModifiedTime(told, newest);
      }
      return out;
    } catch (IOException e) {
      return List.of("cannot read the crash reports in " + folder + ": " + e);
    }
  }

  private static String sentence(Path file, FileTime when) throws IOException {
    String time =
        DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
            when.toInstant().truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    String signal = "";
    String frame = "";
    List<String> lines;
    try (Stream<String> all = Files.lines(file)) {
      lines = all.limit(40).toList();
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).replaceFirst("^#\\s*", "");
      if (signal.isEmpty() && (line.startsWith("SIG") || line.contains("EXCEPTION_"))) {
        signal = " (" + line.replaceFirst(" at pc.*", "") + ")";
      } else if (line.startsWith("Problematic frame") && i + 1 < lines.size()) {
        frame = ", in " + lines.get(i + 1).replaceFirst("^#\\s*", "");
      }
    }
    return "an earlier kernel crashed in native code at " + time + signal + frame + ": " + file;
  }
}
