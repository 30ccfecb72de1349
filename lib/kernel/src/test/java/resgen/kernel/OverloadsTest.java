package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Methods of one name, in one cell or in several, that call each other. */
class OverloadsTest extends KernelTestBase {
  @Test
  void aLaterOverloadCallsTheEarlierOne() {
    run("int f(int x) { return x * 2; }");
    run("int f(long x) { return f((int) x) + 1; }");
    assertEquals("11", text("f(5L)"));
    run("String f(String s) { return \"f\" + f(s.length()); }");
    assertEquals("f6", text("f(\"abc\")"));
  }

  @Test
  void anOverloadThatIsDefinedAgainIsTheOneThatIsCalled() {
    run("int f(int x) { return 1; }\nint f(String s) { return f(3); }");
    assertEquals("1", text("f(\"\")"));
    run("int f(int x) { return 2; }");
    assertEquals("2", text("f(\"\")"));
    run("import java.time.*;");
    assertEquals("2", text("f(\"\")"));
  }

  @Test
  void overloadsOfOneCellMayCallEachOtherInAnyOrder() {
    run(
        "int g(int x) { return x <= 0 ? 0 : g(\"abc\") + g(x - 1); }\nint g(String s) { return"
            + " s.length(); }");
    assertEquals("6", text("g(2)"));
    run("int g(boolean b) { return g(b ? 1 : 0); }");
    assertEquals("3 6", text("g(true) + \" \" + g(2)"));
    assertEquals("", recorder.err.toString());
  }

  @Test
  void overloadsOfAReshapedClassCallEachOther() {
    run("class P { int a = 1; }\nP p = new P();");
    run("int h(P p) { return p.a; }\nint h(List<P> all) { return h(all.get(0)) + 10; }");
    run("Supplier<Integer> late = () -> h(List.of(p));");
    assertEquals("11 11", text("h(List.of(p)) + \" \" + late.get()"));
    run("class P { int a = 2; int b = 3; }");
    assertEquals("11 12", text("h(List.of(p)) + \" \" + h(List.of(new P()))"));
    assertEquals("11", text("late.get()"));
    assertEquals("13", text("h(List.of(new P() {{ a = b; }}))"));
  }

  @Test
  void genericVariableAndThrowingOverloads() {
    run(
        "double m(double a) { return a; }\n"
            + "double m(double a, double... more) throws IOException { return m(a) + more.length; }\n"
            + "<T extends Comparable<T>> T m(List<T> l) throws IOException { m(1, 2.0, 3.0); return"
            + " l.get(0); }");
    assertEquals("3.0 x", text("m(1, 2, 3) + \" \" + m(List.of(\"x\"))"));
  }

  @Test
  void anErrorNamesTheMethodsAsTheyWereWritten() {
    run(
        "int b(int x) { return b(\"a\"); }\nint b(String s) { throw new IllegalStateException(s); }");
    String plain = fail("b(2)").plain();
    assertTrue(
        plain.contains("at b, In [1], line 2") && plain.contains("at b, In [1], line 1"), plain);
    assertFalse(plain.contains("overload"), plain);
    String wrong = fail("int b(boolean x) { return b(new int[0]); }").plain();
    assertTrue(wrong.contains("no suitable method found for b(int[])"), wrong);
    assertFalse(wrong.contains("$"), wrong);
  }

  @Test
  void methodsOfInnerClassesStayTheirOwn() {
    run(
        "int a(int x) { return new Object() { int a(String s) { return 7; } int go() { return"
            + " a(\"x\"); } }.go(); }\nint a(String s) { return a(3); }");
    assertEquals("7", text("a(\"s\")"));
  }
}
