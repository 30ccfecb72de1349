package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.ParameterException;
import resgen.settings.DataHome;

/** What the documents tell a reader to type is what the program takes. */
class ReadmeTest {

  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|\\S+");
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^ *environment/resgen ([^\n]*)|`environment/resgen ([^`]*)`");

  @TempDir private Path folder;

  private static String readme() throws IOException {
    return Files.readString(DataHome.project().resolve("README.md"));
  }

  private List<String> problems(String source) throws IOException {
    JavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///Pasted.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    List<String> options =
        List.of("-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, found, options, null, List.of(file))
        .call();
    return found.getDiagnostics().stream().map(Object::toString).toList();
  }

  @Test
  void theJavaOfTheReadmeCompilesAsItStands() throws IOException {
    String imports = "";
    int pieces = 0;
    Matcher piece = JAVA.matcher(readme());
    while (piece.find()) {
      List<String> lines = piece.group(1).lines().toList();
      String own = String.join("\n", lines.stream().filter(l -> l.startsWith("import ")).toList());
      imports = own.isEmpty() ? imports : own; // a later piece goes on with those
      String body =
          String.join("\n", lines.stream().filter(l -> !l.startsWith("import ")).toList());
      String source = imports + "\nclass Pasted { void run() throws Exception {\n" + body + "\n}}";
      assertEquals(List.of(), problems(source), source);
      pieces++;
    }
    assertTrue(pieces >= 2, pieces + " pieces of Java");
    assertTrue(!problems("class Pasted { int x = nothing; }").isEmpty());
  }

  @Test
  void everyCommandOfTheDocumentsIsOneThatThereIs() throws IOException {
    List<String> wrong = new ArrayList<>();
    int commands = 0;
    for (Path document : documents()) {
      String text = Files.readString(document).replace("\\\n", " ").replace("\\n", "\n");
      Matcher command = COMMAND.matcher(text);
      while (command.find()) {
        String line = command.group(1) == null ? command.group(2) : command.group(1);
        line = line.replaceFirst("( +#.*|\",?)$", "").replaceAll("\\s+", " ").strip();
        try {
          Main.commandLine().parseArgs(words(line));
          commands++;
        } catch (ParameterException e) {
          wrong.add(document.getFileName() + ": " + line + ": " + e.getMessage());
        }
      }
    }
    assertEquals("", String.join("\n", wrong));
    assertTrue(commands > 45, commands + " commands");
  }

  /** What a shell would give: a piece in quotes is one word. */
  private static String[] words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group() : word.group(1))
        .toArray(String[]::new);
  }

  private static List<Path> documents() throws IOException {
    Path root = DataHome.project();
    List<Path> out =
        new ArrayList<>(List.of(root.resolve("README.md"), root.resolve("environment/README.md")));
    try (Stream<Path> notebooks = Files.walk(root.resolve("notebooks"))) {
      notebooks.filter(f -> f.toString().endsWith(".ipynb")).sorted().forEach(out::add);
    }
    return out;
  }
}
