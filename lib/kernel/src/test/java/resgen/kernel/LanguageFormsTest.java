package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Forms of Java 17 that a file may have, written in cells. */
class LanguageFormsTest extends KernelTestBase {
  @Test
  void aSemicolonHidesTheValueWhateverCommentsSay() {
    assertEquals("42", text("42 // the answer;"));
    assertEquals("42", text("42 /* ; */"));
    assertEquals("a;", text("\"a;\""));
    assertEquals("a;\n", text("\"\"\"\n  a;\n  \"\"\" // ;"));
    assertNull(run("42; // c").value());
    assertNull(run("42; /* c */ // d").value());
    assertNull(run("42 /* c */ ;").value());
  }

  @Test
  void aPercentSignInAStringIsNoMagic() {
    assertEquals("set = %time 3", text("String s = \"set = %time 3\"; s"));
    assertEquals("1", text("int one = 1; // x = %time 3\none"));
  }

  @Test
  void recordsCheckTheirComponents() {
    run("record Pt(int x) { Pt { if (x < 0) throw new IllegalArgumentException(\"x < 0\"); } }");
    assertEquals("Pt[x=3]", text("new Pt(3)"));
    assertTrue(fail("new Pt(-1)").message().contains("x < 0"));
    run(
        "@Deprecated record Span<T extends Comparable<T>>(T lo, T hi) {\n"
            + "  static int made;\n"
            + "  @SuppressWarnings(\"x\") Span { made++; if (lo.compareTo(hi) > 0) throw new"
            + " IllegalArgumentException(); }\n"
            + "  Span(T both) { this(both, both); }\n}");
    assertEquals("Span[lo=2, hi=2] 1", text("new Span<>(2) + \" \" + Span.made"));
    run("record Long2(long v) { protected Long2(long v) { this.v = Math.abs(v); } }");
    assertEquals("Long2[v=5]", text("new Long2(-5)"));
  }

  @Test
  void anErrorInARecordIsMarkedWhereItWasWritten() {
    String plain = fail("record R(int x) { R { x = \"a\"; } }").plain();
    assertTrue(plain.contains("   1  record R(int x) { R { x = \"a\"; } }\n"), plain);
    int mark = plain.lines().reduce((a, b) -> b).orElseThrow().indexOf('^');
    assertEquals("   1  record R(int x) { R { x = ".length(), mark, plain);
  }

  @Test
  void sealedTypesAndTheirHeirs() {
    run(
        "sealed interface S permits A, B {}\nfinal class A implements S {}\n"
            + "non-sealed class B implements S {}\nclass C extends B {}");
    assertEquals("true", text("new C() instanceof S && S.class.isSealed()"));
    assertEquals("", recorder.err.toString());
    run("sealed abstract class Base permits Leaf, Open {}");
    run("final class Leaf extends Base {}");
    run("non-sealed class Open extends Base { int x = 3; }");
    assertEquals("3", text("new Open().x"));
  }

  @Test
  void aSealedTypePermitsTheTypesOfItsCell() {
    assertEquals(
        "3 true",
        text(
            """
            sealed interface Ev<T> { default int zero() { return 0; } }
            record Num<T>(T v) implements Ev<T> {}
            non-sealed interface Other<T> extends Ev<T> { int size(T t); }
            Other<String> size = String::length;
            Ev<String> ev = size;
            size.size("abc") + " " + (ev instanceof Other<String> o && Ev.class.isSealed())"""));
    assertEquals("2", text("Ev.class.getPermittedSubclasses().length"));
    assertEquals(
        "1",
        text(
            "sealed interface In { record One() implements In {} }\nIn.class.getPermittedSubclasses().length"));
  }

  @Test
  void aSealedTypePermitsTypesOfItsBodyAndOfItsCell() {
    assertEquals(
        "6 3",
        text(
            """
            sealed interface Ew {
              record Nil() implements Ew { @Override public int area() { return 0; } }
              int area();
            }
            record Nux(int v) implements Ew { @Override public int area() { return v; } }
            non-sealed interface Oth extends Ew {}
            Oth oth = () -> 4;
            int sum(List<Ew> l) { return l.stream().mapToInt(Ew::area).sum(); }
            sum(List.of(new Ew.Nil(), new Nux(2), oth)) + " "
                + Ew.class.getPermittedSubclasses().length"""));
    assertEquals("", recorder.err.toString());
  }

  @Test
  void aTypeMayOverrideMethodsOfOneThatComesLater() {
    run("class Imp implements Later { @Override public int f() { return 7; } }");
    assertTrue(recorder.err.toString().contains("until there is: class Later"));
    run("interface Later { int f(); }");
    assertEquals("7", text("new Imp().f()"));
    run("class Wrong implements Last { @Override public int g() { return 7; } }");
    CellResult last = cell("interface Last { default int f() { return 1; } }");
    String said = recorder.err + (last.ok() ? "" : last.error().plain()); // Java 25 knows it itself
    assertTrue(said.contains("method does not override"), said);
  }

  @Test
  void whatANewDefinitionBreaksIsNamed() {
    run("interface I { int f(); }");
    run("class A implements I { public int f() { return 1; } }");
    run("interface I { int f(); int g(); }");
    String note = recorder.err.toString();
    assertTrue(note.contains("note: A cannot be used: A is not abstract"), note);
  }

  @Test
  void nonAndSealedMayBeVariables() {
    assertEquals("4", text("int non = 7, sealed = 3;\nnon-sealed"));
  }

  @Test
  void switchesThatThrowEndWhereTheyEnd() {
    assertEquals(
        "33",
        text(
            "int h(int k) { return switch (k) { case 1, 2 -> 1; case 3 -> { yield 33; }"
                + " default -> throw new IllegalStateException(); }; }\nh(3)"));
    assertEquals(
        "5",
        text("switch (3) { case 1 -> throw new Error(); default -> {} }\nint five = 5;\nfive"));
    assertEquals(
        "complete",
        kernel
            .assist()
            .completeness(
                "int h(int k) { return switch (k) { default -> throw new Error(); }; }\nh(3)")
            .status());
  }

  @Test
  void localTypesTextBlocksPatternsAndVarLambdas() {
    assertEquals(
        "R[e=P] 3",
        text(
            "String loc() { enum E { P } record R(E e) {} interface I { int f(); } I i = () -> 3;"
                + " return new R(E.P) + \" \" + i.f(); }\nloc()"));
    assertEquals("a\"b;\n", text("String t = \"\"\"\n    a\"b;\n    \"\"\";\nt"));
    assertEquals("1", text("Object o = \"x\";\no instanceof String s && s.length() == 1 ? 1 : 0"));
    assertEquals(
        "5", text("BinaryOperator<Integer> add = (var x, var y) -> x + y;\nadd.apply(2, 3)"));
    assertEquals("2", text("class Outer { static class In { int k = 2; } }\nnew Outer.In().k"));
  }
}
