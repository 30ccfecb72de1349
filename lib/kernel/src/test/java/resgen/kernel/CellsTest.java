package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.kernel.eval.CellError;

class CellsTest extends KernelTestBase {
  @Test
  void lastExpressionIsTheValueAndASemicolonHidesIt() {
    assertEquals("3", text("1 + 2"));
    assertEquals("3", text("int a = 1;\nint b = 2; // two\na + b // sum"));
    assertNull(run("a + b;").value());
    assertNull(run("int c = 5;").value());
    assertNull(run("System.out.println(\"hi\")").value());
    assertEquals("hi\n", recorder.out.toString());
    assertNull(run("").value());
    assertNull(run("// only a comment").value());
  }

  @Test
  void valueIsLiveNotText() {
    run("int[] live = {1, 2};");
    assertEquals("int[2] {1, 2}", text("live"));
    assertEquals("true", text("eval(\"live\") == live"));
  }

  @Test
  void streamsAndDisplaysKeepTheirOrder() {
    run(
        "System.out.print(\"a\"); display(\"x\"); System.out.print(\"b\");"
            + "System.err.print(\"c\"); System.out.print(\"ü€😀\");");
    assertEquals(List.of("out:a", "display", "out:b", "err:c", "out:ü€😀"), recorder.events);
  }

  @Test
  void manyLinesBecomeFewMessages() {
    run("for (int i = 0; i < 5000; i++) System.out.println(i);");
    assertEquals(5000, recorder.out.toString().lines().count());
    assertTrue(recorder.events.size() < 60, "messages: " + recorder.events.size());
  }

  @Test
  void displayGivesAnIdThatUpdatesReplace() {
    assertNull(run("display(\"one\")").value());
    run("String id = display(\"one\"); updateDisplay(id, \"two\"); clearOutput();");
    assertEquals(List.of("display", "display", "update", "clear:true"), recorder.events);
    assertEquals(
        recorder.bundles.get(1).getAsJsonObject("transient"),
        recorder.bundles.get(2).getAsJsonObject("transient"));
  }

  @Test
  void displayAsMimeTypes() {
    run("display(\"<b>x</b>\", \"text/html\"); display(\"# T\", \"text/markdown\");");
    run("display(\"{\\\"a\\\": 1}\", \"application/json\");");
    assertEquals("<b>x</b>", bundle(0, "text/html"));
    assertEquals("# T", bundle(1, "text/markdown"));
    assertEquals(
        1,
        recorder
            .bundles
            .get(2)
            .getAsJsonObject("data")
            .getAsJsonObject("application/json")
            .get("a")
            .getAsInt());
  }

  private String bundle(int i, String type) {
    return recorder.bundles.get(i).getAsJsonObject("data").get(type).getAsString();
  }

  @Test
  void errorHasClassMessageCauseAndTheCellsLine() {
    run(
        "int f(int a) {\n  if (a > 0)\n    throw new IllegalStateException(\"too big\");\n  return a;\n}");
    CellError error =
        fail(
            "int ok = f(0);\n\ntry {\n  f(1);\n} catch (Exception e) {\n  throw new RuntimeException(\"outer\", e);\n}");
    assertEquals("java.lang.RuntimeException", error.name());
    assertEquals("outer", error.message());
    String text = error.plain();
    assertTrue(text.contains("In [2], line 6"), text);
    assertTrue(text.contains("Caused by: java.lang.IllegalStateException: too big"), text);
    assertTrue(text.contains("f, In [1], line 3"), text);
    assertTrue(text.contains("In [2], line 4"), text);
    assertTrue(text.contains("-->    6    throw new RuntimeException"), text);
  }

  @Test
  void lineNumbersStayRightAfterLaterImports() {
    run("int f() {\n  int a = 1;\n  throw new IllegalStateException(\"f\");\n}");
    run("import java.time.*;\nimport java.text.*;\nimport java.nio.charset.*;");
    String text = fail("f();").plain();
    assertTrue(text.contains("f, In [1], line 3"), text);
    assertTrue(text.contains("In [3], line 1"), text);
  }

  @Test
  void libraryFramesAreFolded() {
    String text = fail("IntStream.range(0, 3).mapToObj(i -> i / 0).toList();").plain();
    assertTrue(text.contains("java.lang.ArithmeticException: / by zero"), text);
    assertTrue(text.contains("frames of libraries"), text);
    assertTrue(text.contains("a lambda, In [1], line 1"), text);
  }

  @Test
  void compileErrorShowsLineAndCaret() {
    CellError error = fail("int a = 1;\nint b = a + undefined;\n");
    assertEquals("CompileError", error.name());
    String text = error.plain();
    assertTrue(text.contains("In [1], line 2"), text);
    assertTrue(
        text.contains("   2  int b = a + undefined;\n" + " ".repeat(18) + "^^^^^^^^^"), text);
    assertEquals("1", text("a"));
    assertEquals("CompileError", fail("for (int i = 0; i < 3; i++) {").name());
  }

  @Test
  void errorsOfTheMachineAreSurvived() {
    assertEquals(
        "java.lang.StackOverflowError", fail("int r(int n) { return r(n + 1) + 1; }\nr(0)").name());
    assertEquals(
        "java.lang.OutOfMemoryError", fail("long[] huge = new long[Integer.MAX_VALUE];").name());
    assertTrue(fail("System.exit(3);").message().contains("status 3"));
    assertTrue(fail("Runtime.getRuntime().halt(4);").message().contains("status 4"));
    assertEquals("2", text("1 + 1"));
  }

  @Test
  void exitByReferenceIsAnErrorOfTheCell() {
    assertTrue(fail("IntStream.of(5).forEach(System::exit);").message().contains("status 5"));
    assertTrue(
        fail("IntStream.of(6).forEach(Runtime.getRuntime()::halt);")
            .message()
            .contains("status 6"));
    assertTrue(
        fail("BiConsumer<Runtime, Integer> end = Runtime::exit;\nend.accept(null, 7);")
            .message()
            .contains("status 7"));
    assertEquals("2", text("1 + 1"));
  }

  @Test
  void closingTheStandardStreamsDoesNotSilenceTheSession() {
    run("try (var w = new PrintWriter(System.out)) { w.print(\"a\"); }");
    run("System.out.print(\"b\"); System.out.close(); System.err.close(); System.in.close();");
    run("new Scanner(System.in).close();");
    run("System.out.print(\"c\"); System.err.print(\"d\");");
    assertEquals("abc", recorder.out.toString());
    assertEquals("d", recorder.err.toString());
    assertEquals("false", text("System.out.checkError()"));
  }

  @Test
  void streamsThatTheNotebookReplacesAreNamedOnce() {
    run("PrintStream before = System.out; var kept = new ByteArrayOutputStream();");
    run("System.setOut(new PrintStream(kept)); System.out.print(\"x\"); System.setOut(before);");
    assertEquals("", recorder.err.toString());
    run("System.setOut(new PrintStream(kept));");
    assertTrue(recorder.err.toString().contains("replaced System.out;"), recorder.err.toString());
    int told = recorder.err.length();
    run("System.out.print(\"y\");");
    assertEquals(told, recorder.err.length());
    run("System.setOut(before); System.out.print(\"z\" + kept);");
    assertEquals("zxy", recorder.out.toString());
  }

  @Test
  void messagesOfExceptionsThatFailAreSurvived() {
    run(
        "class Bad extends RuntimeException {"
            + " public String getMessage() { throw new IllegalStateException(); } }");
    assertEquals("Bad", fail("throw new Bad();").name());
    assertEquals(
        "Bad", fail("throw new RuntimeException(new Bad());").plain().contains("Bad") ? "Bad" : "");
    run("class Worse { public String toString() { throw new AssertionError(\"no\"); } }");
    assertTrue(fail("new Worse()").plain().contains("cannot be shown"));
    assertEquals("2", text("1 + 1"));
  }

  @Test
  void ownExceptionClassIsNamed() {
    run("class Oops extends Exception { Oops(String m) { super(m); } }");
    CellError error = fail("throw new Oops(\"why\");");
    assertEquals("Oops", error.name());
    assertEquals("why", error.message());
  }

  @Test
  void backgroundThreadPrintsIntoItsOwnCell() throws Exception {
    run(
        "Thread late = new Thread(() -> { try { Thread.sleep(300); } catch (InterruptedException e) {} System.out.print(\"late\"); }); late.start();");
    Recorder second = new Recorder();
    kernel.execute("late.join();", second);
    Thread.sleep(120);
    assertEquals("late", recorder.out.toString());
    assertEquals("", second.out.toString());
  }

  @Test
  void inputComesFromTheClient() {
    run("System.out.print(new Scanner(System.in).nextLine());");
    assertEquals("typed at ", recorder.out.toString());
  }

  @Test
  void magicsAndPercentSigns(@TempDir Path dir) throws Exception {
    assertEquals("1", text("int a = 7;\nint b = a\n  % 3;\nb"));
    assertEquals("%lsmagic", text("String s = \"\"\"\n%lsmagic\"\"\";\ns"));
    assertTrue(text("%lsmagic").contains("%maven"));
    assertTrue(fail("%nothing here").message().contains("nothing"));
    assertEquals("9", text("%%time\nint t = 9;\nt"));
    assertTrue(recorder.out.toString().contains("time: "));
    String whos = data("%whos", "text/html");
    assertTrue(
        whos.replaceAll(" style=\"[^\"]*\"", "")
            .contains("<td>s</td><td>String</td><td>8 characters</td>"),
        whos);
    run("%%html\n<i>x</i>");
    assertEquals("<i>x</i>", bundle(0, "text/html"));
    Path script = dir.resolve("my script.jshell");
    Files.writeString(script, "int fromScript = 12;");
    run("%load \"" + script + "\"");
    assertEquals("12", text("fromScript"));
  }

  @Test
  void failingMagicBodyKeepsItsError() {
    assertEquals("java.lang.ArithmeticException", fail("%%time\nint z = 0;\n1 / z").name());
  }

  @Test
  void jarsAndClassPathAreSeenByLaterCells(@TempDir Path dir) throws Exception {
    Path jar =
        TestJars.withClass(dir, "demo.Hello", "public static String hi() { return \"hi\"; }");
    run("%jars " + jar);
    assertEquals("hi", text("demo.Hello.hi()"));
    assertTrue(fail("%jars /nowhere/at-all.jar").message().contains("/nowhere/at-all.jar"));
  }

  @Test
  void environmentOfIJavaIsHonoured(@TempDir Path dir) throws Exception {
    Path jar = TestJars.withClass(dir, "demo.Env", "public static int three() { return 3; }");
    Path script = Files.writeString(dir.resolve("start.jsh"), "int started = demo.Env.three();");
    KernelSettings settings =
        KernelSettings.fromEnvironment(
            Map.of(
                "IJAVA_CLASSPATH",
                dir + "/*.jar",
                "IJAVA_STARTUP_SCRIPTS_PATH",
                script.toString(),
                "IJAVA_STARTUP_SCRIPT",
                "String hello = \"from \" + started;",
                "IJAVA_COMPILER_OPTS",
                "-Xlint:none"));
    try (JavaKernel own = JavaKernel.open(settings)) {
      CellResult hello = own.execute("hello", recorder);
      assertTrue(hello.ok(), () -> recorder.err + hello.error().plain());
      assertEquals("from 3", hello.value().getAsJsonObject("data").get("text/plain").getAsString());
    }
    assertTrue(Files.exists(jar));
  }

  @Test
  void cellsEndAtTheTimeoutOfIJava() {
    KernelSettings settings = KernelSettings.fromEnvironment(Map.of("IJAVA_TIMEOUT", "500"));
    try (JavaKernel own = JavaKernel.open(settings)) {
      CellError error = own.execute("Thread.sleep(600_000);", recorder).error();
      assertEquals("CellTimedOut", error.name());
      assertTrue(error.message().contains("IJAVA_TIMEOUT allows, which is 500 ms"), error.plain());
      // A library that takes the interrupt and returns ends its cell all the same.
      String polite = "int done = resgen.kernel.FakeTraining.run();\nwhile (true) {}";
      assertEquals("CellTimedOut", own.execute(polite, recorder).error().name());
      assertTrue(own.execute("done > 0", recorder).ok());
      String last = "resgen.kernel.FakeTraining.run();";
      assertEquals("CellTimedOut", own.execute(last, recorder).error().name());
      String stubborn =
          "while (true) { try { Thread.sleep(10); } catch (InterruptedException e) {} }";
      assertEquals("CellTimedOut", own.execute(stubborn, recorder).error().name());
      CellError deaf = own.execute("resgen.kernel.FakeTraining.deaf();", recorder).error();
      assertTrue(deaf.message().contains("left behind"), deaf.plain());
      CellResult next = own.execute("resgen.kernel.FakeTraining.hear();\n1 + 1", recorder);
      assertTrue(next.ok(), () -> next.error().plain());
    }
  }

  @Test
  void aShortTimeoutLeavesTheKernelItsImports() {
    KernelSettings settings = KernelSettings.fromEnvironment(Map.of("IJAVA_TIMEOUT", "1"));
    try (JavaKernel own = JavaKernel.open(settings)) {
      own.execute("", recorder);
      assertEquals("", recorder.err.toString());
    }
  }

  @Test
  void aSettingThatCannotBeUsedFailsTheFirstCellAndIsLeftOutThen() {
    Map<String, String> env =
        Map.of(
            "IJAVA_TIMEOUT", "abc",
            "IJAVA_COMPILER_OPTS", "-Xnonsense",
            "IJAVA_STARTUP_SCRIPTS_PATH", "/nowhere/start.jsh");
    try (JavaKernel own = JavaKernel.openTelling(env)) {
      CellResult first = own.execute("int ran = 1;", recorder);
      assertFalse(first.ok());
      String told = first.error().plain();
      assertTrue(told.contains("IJAVA_TIMEOUT must be a time"), told);
      assertTrue(told.contains("but is abc"), told);
      assertTrue(told.contains("IJAVA_COMPILER_OPTS") && told.contains("-Xnonsense"), told);
      assertTrue(told.contains("/nowhere/start.jsh"), told);
      assertFalse(own.execute("ran", recorder).ok());
      assertTrue(own.execute("1 + 1", recorder).ok());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> KernelSettings.fromEnvironment(Map.of("IJAVA_TIMEOUT", "soon")));
  }
}
