package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.kernel.assist.Completions;

/** Completion in cells; the bar is the cursor. */
class AssistTest {
  private static JavaKernel kernel;
  @TempDir private static Path dir;

  @BeforeAll
  static void open() throws Exception {
    kernel = JavaKernel.open(KernelSettings.plain());
    kernel.execute("String greeting = \"x\"; int greatest = 3;", new Recorder());
    Path jar =
        TestJars.withClass(dir, "far.away.ZebraCrossing", "public int stripes() { return 1; }");
    kernel.addToClassPath(List.of(jar));
    long limit = System.nanoTime() + 60_000_000_000L; // names of types are read in the background
    while (complete("ZebraC|").texts().isEmpty() || complete("Rectan|").texts().isEmpty()) {
      assertTrue(System.nanoTime() < limit, "the index of types is not ready");
    }
  }

  @AfterAll
  static void close() {
    kernel.close();
  }

  private static Completions complete(String code) {
    int cursor = code.indexOf('|');
    return kernel.assist().complete(code.replace("|", ""), cursor);
  }

  /** What the cell becomes when the match is chosen. */
  private static void becomes(String code, String match, String expected) {
    Completions found = complete(code);
    assertTrue(found.texts().contains(match), code + " -> " + found.texts());
    int cursor = code.indexOf('|');
    String chosen = code.substring(0, found.start()) + match + code.substring(cursor + 1);
    assertEquals(expected, chosen);
  }

  @Test
  void membersVariablesTypesPackagesAndKeywords() {
    becomes(
        "int q = 1;\ngreeting.toUpp|; q", "toUpperCase(", "int q = 1;\ngreeting.toUpperCase(; q");
    becomes("int x = gree|", "greeting", "int x = greeting");
    becomes("new ArrayL|", "ArrayList(", "new ArrayList(");
    becomes("java.util.conc|", "concurrent.", "java.util.concurrent.");
    becomes("retu|", "return", "return");
  }

  @Test
  void conditionsAndLoopsThatAreNotFinished() {
    for (String code :
        List.of(
            "if (greeting.isB|",
            "if (greeting.isB|) {}",
            "if (greeting.isEmpty() && greeting.isB|",
            "if (greatest > 0) { while (greeting.isB|",
            "while (greeting.isB|",
            "do { } while (greeting.isB|",
            "String it = \"(\";\nif (it.isB|",
            "boolean f(String a) { if (a.isB|",
            "if (greatest > 1) {} else if (greeting.isB|",
            "if (\"(\".isB|")) {
      assertTrue(complete(code).texts().contains("isBlank()"), code + complete(code).texts());
    }
    becomes("if (greeting.isB|)", "isBlank()", "if (greeting.isBlank())");
    assertTrue(complete("for (char c : greeting.toCh|").texts().contains("toCharArray()"));
    assertTrue(complete("for (int i = 0; i < greeting.len|").texts().contains("length()"));
  }

  @Test
  void publicMembersOfParentsThatAreNotPublic() throws Exception {
    Path jar =
        TestJars.withClass(
            dir,
            "far.away.Child",
            "extends Base<String>",
            "public Child self() { return this; } } abstract class Base<T> { public static int"
                + " made() { return 1; } public int size; public String sample(int n) { return"
                + " \"s\"; } public void stop() {} protected void hidden() {}");
    kernel.addToClassPath(List.of(jar));
    kernel.execute("var child = new far.away.Child();", new Recorder());
    List<String> all = complete("child.|").texts();
    assertTrue(all.containsAll(List.of("sample(", "stop()", "size", "made()", "self()")), "" + all);
    assertFalse(all.contains("hidden()"), "" + all);
    becomes("if (child.self().sam|", "sample(", "if (child.self().sample(");
    becomes("far.away.Child.ma|", "made()", "far.away.Child.made()");
    assertTrue(
        complete("far.away.Child c = child;\nint z = c.si|").texts().contains("size"), "declared");
    assertEquals(1, all.stream().filter("self()"::equals).count());
    String code = "child.sample(";
    String shown = kernel.assist().inspect(code, code.length(), false).orElseThrow().text();
    assertTrue(shown.matches("(?s)String far.away.Base(<T>)?.sample\\(int\\b.*"), shown);
  }

  @Test
  void whatTheCellDeclaresAboveHasNotRunYet() {
    becomes(
        "String later = \"y\";\nvar u = later.trim();\nu.toUpp|",
        "toUpperCase(",
        "String later = \"y\";\nvar u = later.trim();\nu.toUpperCase(");
    assertTrue(
        complete("record Point(int abscissa) {}\nPoint p = new Point(1);\np.abs|")
            .texts()
            .contains("abscissa()"));
    assertTrue(
        complete("int twice(int a) { return 2 * a; }\nint local = 3;\nloc|")
            .texts()
            .contains("local"));
    assertTrue(complete("int twice(int a) { return 2 * a; }\ntwi|").texts().contains("twice("));
    assertTrue(complete("List<String> words = null;\nint n = 1;\nwor|").texts().contains("words"));
    assertFalse(complete("return thing;\nthi|").texts().contains("thing"));
    assertTrue(
        complete("for (String word : List.of(\"a\")) {\n  word.isBl|\n}")
            .texts()
            .contains("isBlank()"));
    assertTrue(
        complete("int f(String inner) {\n  return inner.leng|").texts().contains("length()"));
  }

  @Test
  void importsOfTheCellCountBeforeTheyRun() {
    String code = "import java.awt.Rectangle;\nRectangle r = new Rectangle();\nr.getWid|";
    assertTrue(
        complete(code).texts().contains("getWidth()"), () -> complete(code).texts().toString());
    String all = "import java.awt.geom.*;\nnew Point2D.Double(1, 2).dist|";
    assertTrue(complete(all).texts().contains("distance("), () -> complete(all).texts().toString());
    assertTrue(complete("import java.awt.Rectangle;\nRect|").texts().contains("Rectangle"));
  }

  @Test
  void typesThatAreNotImportedAreOfferedByTheirFullName() {
    becomes("Rectan| r", "java.awt.Rectangle", "java.awt.Rectangle r");
    becomes("int x = 1; ZebraC|", "far.away.ZebraCrossing", "int x = 1; far.away.ZebraCrossing");
    List<String> lists = complete("Lis|").texts();
    assertTrue(lists.contains("List") && lists.contains("java.awt.List"), lists.toString());
    assertFalse(lists.contains("java.util.List"), "it is imported");
    assertTrue(kernel.execute("new far.away.ZebraCrossing().stripes()", new Recorder()).ok());
    assertFalse(complete("AbstractStringBui|").texts().contains("java.lang.AbstractStringBuilder"));
  }

  @Test
  void importsAreCompletedPartByPart() {
    becomes("import java.ut|", "util", "import java.util");
    becomes("import java.util.concurrent.at|", "atomic", "import java.util.concurrent.atomic");
    becomes("import far.away.Ze|", "ZebraCrossing", "import far.away.ZebraCrossing");
  }

  @Test
  void nothingIsOfferedInStringsAndComments() {
    assertEquals(List.of(), complete("String s = \"gree|").texts());
    assertEquals(List.of(), complete("int a; // gree|").texts());
    assertEquals(List.of(), complete("/* gree|").texts());
    assertEquals(List.of(), complete("String s = \"\"\"\n  gree|\n  \"\"\";").texts());
    assertEquals(List.of(), complete("%%html\n<b>gree|").texts());
    assertTrue(complete("String s = \"a\" + gree|").texts().contains("greeting"));
  }

  @Test
  void magicsAndTheirArguments() throws Exception {
    becomes("int a;\n%who|", "%whos", "int a;\n%whos");
    becomes("%%ti|", "%%time", "%%time");
    assertTrue(complete("%|").texts().containsAll(List.of("%maven", "%%html", "%load")));
    becomes("%device g|", "gpu", "%device gpu");
    becomes("%time gree|", "greeting", "%time greeting");
    becomes("%%time\nint z = gree|", "greeting", "%%time\nint z = greeting");
    Files.writeString(dir.resolve("script.jshell"), "int a;");
    Files.writeString(dir.resolve("notes.txt"), "");
    Files.createDirectories(dir.resolve("more"));
    becomes("%load " + dir + "/s|", dir + "/script.jshell", "%load " + dir + "/script.jshell");
    List<String> files = complete("%load " + dir + "/|").texts();
    assertTrue(
        files.contains(dir + "/more/") && !files.contains(dir + "/notes.txt"), files.toString());
    List<String> jars = complete("%jars " + dir + "/|").texts();
    assertTrue(jars.contains(dir + "/far.away.ZebraCrossing.jar"), jars.toString());
    assertEquals(
        List.of(),
        complete("int a = 7 % gr|").texts().stream().filter(t -> t.startsWith("%")).toList());
  }

  @Test
  void artifactsOfTheLocalRepositoryAreOffered() throws Exception {
    Path version = dir.resolve("repo/org/example/tool/1.2");
    Files.createDirectories(version);
    Files.writeString(version.resolve("tool-1.2.pom"), "");
    String before = System.getProperty("maven.repo.local");
    System.setProperty("maven.repo.local", dir.resolve("repo").toString());
    try {
      becomes("%maven or|", "org.", "%maven org.");
      becomes("%maven org.example.t|", "org.example:tool:", "%maven org.example:tool:");
      becomes("%maven org.example:tool:|", "org.example:tool:1.2", "%maven org.example:tool:1.2");
    } finally {
      if (before == null) {
        System.clearProperty("maven.repo.local");
      } else {
        System.setProperty("maven.repo.local", before);
      }
    }
  }

  @Test
  void matchesTellWhatTheyAre() {
    Completions found = complete("gree|");
    assertEquals("instance", found.matches().get(0).kind());
    assertTrue(
        complete("greeting.trim|").matches().contains(new Completions.Match("trim()", "function")));
    assertTrue(
        complete("Rectan|")
            .matches()
            .contains(new Completions.Match("java.awt.Rectangle", "class")));
    assertTrue(complete("%who|").matches().contains(new Completions.Match("%whos", "magic")));
  }

  private static void is(String code, String status, String indent) {
    assertEquals(status, kernel.assist().completeness(code).status(), code);
    assertEquals(indent, kernel.assist().completeness(code).indent(), code);
  }

  @Test
  void completenessAndTheNextLinesIndent() {
    is("int a = 1;\na + 1", "complete", "");
    is("int = ;", "invalid", "");
    is("for (;;) {", "incomplete", "  ");
    is("class A {\n  void f() {", "incomplete", "    ");
    is("class A {\n  int a;", "incomplete", "  ");
    is("foo(1,", "incomplete", "  ");
    is("%whos", "complete", "");
    is("int a = 1;\n%whos\nwhile (true) {", "incomplete", "  ");
    is("%%time", "incomplete", "");
    is("%%time\nint a;\n", "complete", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "int = 5;",
        "int 5 = x;",
        "int a; int = 3;",
        "a b c;",
        "x = = 3;",
        "int x = 3 int y = 4;",
        "1 2",
        "foo(1,);",
        "List<String l = null;",
        "int a = 09;",
        "void f() { int = 3; }",
        "interface I { void f() }",
        "class { }",
      })
  void whatEndsButDoesNotParseIsInvalid(String code) {
    is(code, "invalid", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "import java.util.*;",
        "int f(int x) { return x; }",
        "static final int X = 3;",
        "x.y",
        "new Foo()",
        "a + b;",
        "if (a) b(); else c();",
        "label: for (;;) { break label; }",
        "var q = switch (3) { case 3 -> 2; default -> 1; };",
        "record P(int x) {}",
        "@Deprecated int old() { return 1; }",
        "int[] a = {1, 2}; for (int i : a) { System.out.println(i); }",
        "int a; // a\nint b /* b */ = 2;",
        "String t = \"\"\"\n  text\n  \"\"\";",
        "(Runnable) () -> {}",
        "return 3;",
        "",
        "// nothing",
      })
  void whatParsesIsComplete(String code) {
    is(code, "complete", "");
  }

  @Test
  void anAnnotationWaitsForWhatItBelongsTo() {
    is("@Deprecated", "incomplete", "");
    is("@SuppressWarnings(\"unchecked\")", "incomplete", "");
  }
}
