package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.kernel.assist.Assist.Inspection;

/** Shift-Tab; the bar is the cursor. */
class InspectTest {
  private static final String SOURCE =
      """
      package far.away;
      /** A crossing with <script>alert(1)</script><b onclick="x()">stripes</b>. */
      public class Zebra implements Comparable<Zebra> {
        /** How many there are. */
        public static final int STRIPES = 7;
        /** An empty one. */
        public Zebra() {}
        /**
         * Walks {@code n < 3} steps, see {@link java.util.List#add(Object) add}.
         *
         * @param n how many <i>steps</i>
         * @param names of those who walk
         * @return the rest
         * @throws IllegalStateException when it is red
         */
        public int walk(int n, java.util.List<String> names) {
          return n - names.size();
        }
        /** Stands still. */
        public int walk() { return 0; }
        public int compareTo(Zebra other) { return 0; }
        /** A horse inside. */
        public static class Horse {
          /** Runs. */
          public void run(String... to) {}
        }
      }
      """;
  private static JavaKernel kernel;
  @TempDir private static Path dir;

  @BeforeAll
  static void open() throws Exception {
    int body = SOURCE.indexOf('{', SOURCE.indexOf("class Zebra")) + 1;
    Path jar =
        TestJars.withClass(
            dir,
            "far.away.Zebra",
            "implements Comparable<Zebra>",
            SOURCE.substring(body, SOURCE.lastIndexOf('}')));
    Path sources = dir.resolve("far.away.Zebra-sources.jar");
    zip(sources, "far/away/Zebra.java", SOURCE);
    kernel = JavaKernel.open(KernelSettings.plain());
    kernel.addToClassPath(List.of(jar));
    kernel.execute(
        "import far.away.*; Zebra zebra = new Zebra(); String greeting = \"x\";", new Recorder());
  }

  private static void zip(Path file, String entry, String text) throws Exception {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
      zip.write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  @AfterAll
  static void close() {
    kernel.close();
  }

  private static Optional<Inspection> at(String code, boolean source) {
    return kernel.assist().inspect(code.replace("|", ""), code.indexOf('|'), source);
  }

  private static String text(String code) {
    return at(code, false).map(Inspection::text).orElse("nothing");
  }

  @Test
  void methodsOfALibraryHaveTheirJavadoc() {
    String text = text("int k = zebra.wa|lk(3, null);");
    assertTrue(text.contains("int Zebra.walk(int, List<String>)"), text);
    assertTrue(text.contains("Walks n < 3 steps, see add."), text);
    assertTrue(text.contains("n how many steps"), text);
    assertTrue(text.contains("Returns: the rest") && text.contains("Stands still."), text);
    assertTrue(text.contains("Throws: IllegalStateException when it is red"), text);
  }

  @Test
  void argumentsBelongToTheirMethod() {
    assertTrue(text("zebra.walk(1, |").contains("Walks"), text("zebra.walk(1, |"));
    assertTrue(text("zebra.walk(Math.max(1, 2), |)").contains("Walks"));
    assertTrue(text("zebra.walk(\"a(b\".length(), |").contains("Walks"));
    assertTrue(text("zebra.walk('(' + 1, /* ( */ |").contains("Walks"));
    assertTrue(text("zebra.walk( // one (\n 1, |").contains("Walks"));
    assertTrue(text("zebra.walk(\"a)|;(\".length(), null)").contains("Walks"));
    String diamond = text("List<Integer> l = new ArrayList<>(|");
    assertTrue(diamond.contains("ArrayList<E>(int initialCapacity)"), diamond);
    assertTrue(text("new Zebra(|").contains("An empty one."), text("new Zebra(|"));
  }

  @Test
  void typesFieldsVariablesAndNestedTypes() {
    assertTrue(text("Zeb|ra").contains("A crossing with"), text("Zeb|ra"));
    assertTrue(
        text("int s = Zebra.STRI|PES;").contains("How many there are."), text("Zebra.STRI|PES"));
    assertTrue(
        text("new Zebra.Horse().ru|n()").contains("Runs."), text("new Zebra.Horse().ru|n()"));
    String variable = text("greet|ing");
    assertTrue(variable.contains("java.lang.String") && variable.contains("1 character"), variable);
    assertTrue(text("String later = \"a\";\nlater.leng|th()").contains("int String.length()"));
  }

  @Test
  void htmlKeepsOnlyWhatShapesText() {
    String html = at("Zeb|ra", false).orElseThrow().html();
    assertTrue(html.contains("<b>stripes</b>"), html);
    assertFalse(html.contains("<script") || html.contains("onclick"), html);
  }

  @Test
  void moreDetailIsTheSource() {
    String source = at("zebra.walk|(1, null)", true).orElseThrow().text();
    assertTrue(source.contains("return n - names.size();"), source);
    assertTrue(at("Zeb|ra", true).orElseThrow().text().contains("class Horse"));
  }

  @Test
  void sourcesOfTheJdkAreReadWhereTheyAreListed() throws Exception {
    Path zip = dir.resolve("src.zip");
    zip(
        zip,
        "java.base/java/lang/Runnable.java",
        "package java.lang;\npublic interface Runnable {\n/** Goes. */\npublic abstract void run();\n}");
    System.setProperty("jshell.kernel.sources", zip.toString());
    try {
      String text = text("Thread t = null; t.ru|n()");
      assertTrue(text.contains("void Thread.run()"), text);
      boolean own = Files.exists(Path.of(System.getProperty("java.home"), "lib", "src.zip"));
      assertEquals(!own, text.contains("Goes."), "the JDK's own sources come first");
    } finally {
      System.clearProperty("jshell.kernel.sources");
    }
  }

  @Test
  void withoutSourcesTheSignatureAndWhereTheyWereLookedFor() {
    String text = text("zebra.compareT|o(zebra)");
    assertTrue(text.startsWith("int Zebra.compareTo(Zebra"), text);
    String other = text("new com.google.gson.Gs|on()");
    assertTrue(other.contains("-sources.jar") || other.contains("\n\n"), other);
    assertEquals("nothing", text("String s = \"zebra.wa|lk\";"));
    assertEquals("nothing", text("  |  "));
  }

  @Test
  void magicsAreExplained() {
    assertTrue(text("%mav|en a:b:1").contains("adds artifacts"));
    assertTrue(text("%%ti|me\nint a;").contains("how long it took"));
  }
}
