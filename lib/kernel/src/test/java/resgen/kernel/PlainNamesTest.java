package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import resgen.kernel.eval.CellError;

/** What a reader sees has the notebook's names, not JShell's. */
class PlainNamesTest extends KernelTestBase {
  private static void assertPlain(String text) {
    assertFalse(text.contains("JShell") || text.contains("REPL"), text);
  }

  private CellError failPlainly(String code) {
    CellError error = fail(code);
    assertPlain(error.plain() + error.message() + error.name());
    return error;
  }

  @Test
  void errorsNameVariablesAndClassesAsTheyWereWritten() {
    run("String np = null; class Foo {} enum Color { RED }");
    assertTrue(failPlainly("np.length()").message().contains("because \"np\" is null"));
    assertTrue(
        failPlainly("Object o = new Foo(); (String) o").message().startsWith("class Foo cannot"));
    assertTrue(failPlainly("Color.valueOf(\"X\")").message().endsWith("Color.X"));
    failPlainly(
        "class Res implements AutoCloseable { public void close() { throw new"
            + " IllegalStateException(\"closing \" + new Foo()); } }\n"
            + "try (Res r = new Res()) { throw new IllegalArgumentException(\"\" + new Foo()); }");
    CellError own = failPlainly("class Own extends RuntimeException {}\nthrow new Own();");
    assertEquals("Own", own.name());
  }

  @Test
  void printedStackTracesSayInWhichCell() {
    run("void thrower() { throw new IllegalStateException(\"here\"); }");
    run("try { thrower(); } catch (RuntimeException e) { e.printStackTrace(); }");
    String trace = recorder.err.toString();
    assertPlain(trace);
    assertTrue(trace.contains("at thrower(In [1])"), trace);
    assertTrue(trace.contains("at In [2]\n"), trace);
    recorder.err.setLength(0);
    run(
        "Runnable r = () -> { throw new IllegalStateException(); };\n"
            + "try { r.run(); } catch (RuntimeException e) { e.printStackTrace(); }");
    assertTrue(recorder.err.toString().contains("at a lambda(In [3])"), recorder.err.toString());
    assertPlain(recorder.err.toString());
  }

  @Test
  void methodsOfOneNameAreNamedAlikeOnceWhatTheyUseIsReshaped() {
    run("class P { int a; }");
    run("void h(P p) { new Throwable().printStackTrace(); }\nvoid h(List<P> all) { h((P) null); }");
    run("class P { int a; int b; }");
    run("h(List.of());");
    String trace = recorder.err.toString();
    assertPlain(trace);
    assertTrue(trace.contains("at h(In [2])"), trace);
  }

  @Test
  void valuesAreOfTheNotebooksClasses() {
    assertTrue(text("class Foo {}\nnew Foo()").startsWith("Foo@"));
    assertEquals("class Foo", text("Foo.class"));
    assertTrue(text("List.of(new Foo())").startsWith("[Foo@"));
    assertTrue(data("List.of(new Foo())", "text/html").contains(">Foo@"));
    assertTrue(text("new Object() {}").startsWith("anonymous$"));
    assertTrue(text("(Runnable) () -> {}").startsWith("a lambda@"));
    run("System.out.println(new Foo());");
    assertTrue(recorder.out.toString().startsWith("Foo@"), recorder.out.toString());
  }

  @Test
  void aValueThatCannotBeShownFailsInTheNotebooksNames() {
    run("class Foo {} class Own extends Error { Own(String m) { super(m); } }");
    CellError own =
        failPlainly(
            "new Object() { public String toString() { throw new Own(\"of \" + Foo.class); } }");
    assertEquals("Own", own.name());
    assertEquals("of class Foo", own.message());
  }

  @Test
  void notesOfWhatIsCarriedOverAreInTheNotebooksNames() {
    run("class Foo { int a = 1; }\nvar foo = new Foo(); var list = List.of(new Foo());");
    run("class Foo { int a = 1; String b; }");
    String note = recorder.err.toString();
    assertTrue(note.contains("carried over to the new class: foo, list"), note);
    assertPlain(note);
    assertTrue(text("foo").startsWith("Foo@"));
  }

  @Test
  void whatIsNotDefinedYetIsNamed() {
    run("int late(int x) { return notYet(x) + k; }");
    String note = recorder.err.toString();
    assertTrue(note.contains("late is defined, but cannot be used until there is:"), note);
    String said = fail("late(3)").message();
    assertTrue(said.contains("method notYet(int)") && said.contains("variable k"), said);
  }

  @Test
  void whatTheCellItselfCompletesNeedsNoNote() {
    run("class A { B b; }\nclass B { A a; }");
    run(
        "int ev(int n) { return n == 0 ? 1 : od(n - 1); }\nint od(int n) { return n == 0 ? 0 : ev(n - 1); }");
    assertEquals("", recorder.err.toString());
    assertEquals("1", text("ev(4)"));
    run("class C { D d; }");
    assertTrue(recorder.err.toString().contains("until there is: class D"));
  }

  @Test
  void aPlaceWithoutAClassIsLeftOut() {
    String plain = fail("nothingOfThatName").plain();
    assertFalse(plain.contains("location: class"), plain);
  }
}
