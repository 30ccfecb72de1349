package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What JShell in process loses, and this kernel keeps. */
class StateSurvivesTest extends KernelTestBase {
  @Test
  void varSurvivesLaterWildcardImport() {
    run("var model = new ArrayList<>(List.of(1, 2, 3));");
    run("import java.time.*;");
    run("import java.nio.charset.*;");
    assertEquals("[1, 2, 3]", text("model"));
  }

  @Test
  void varOfImportedTypeSurvivesSingleAndStaticImports() {
    run("import java.util.concurrent.atomic.AtomicInteger;");
    run("var counter = new AtomicInteger(7);");
    run("import static java.lang.Math.*;");
    run("import java.util.concurrent.atomic.*;");
    assertEquals("7", text("counter.get()"));
    assertEquals("3.0", text("sqrt(9)"));
  }

  @Test
  void variableSurvivesMethodRedefinition() {
    run("int f() { return 1; }");
    run("int x = f();");
    run("var boxed = new int[] {f()};");
    run("int f() { return 2; }");
    assertEquals("1", text("x"));
    assertEquals("1", text("boxed[0]"));
    assertEquals("2", text("f()"));
  }

  @Test
  void variableSurvivesChangeOfMethodSignature() {
    run("int f(int a) { return a; }");
    run("int x = f(5);");
    run("String f(String a) { return a; }");
    run("long f(int a) { return 10L * a; }");
    assertEquals("5", text("x"));
  }

  @Test
  void unrelatedVariableSurvivesClassRedefinition() {
    run("class A { int a = 1; int twice(List<Integer> l) { return 2 * l.size(); } }");
    run("var list = new ArrayList<Integer>(List.of(4, 5));");
    run("int twice = new A().twice(list);");
    run("class A { int a = 1; String b = \"new\"; }");
    assertEquals("[4, 5]", text("list"));
    assertEquals("4", text("twice"));
    assertEquals("new", text("new A().b"));
  }

  @Test
  void instanceSurvivesImportAfterItsClass() {
    run("class A { int a = 1; }");
    run("A a = new A(); a.a = 42;");
    run("import java.time.*;");
    assertEquals("42", text("a.a"));
    assertTrue(recorder.err.isEmpty(), recorder.err.toString());
  }

  @Test
  void variablesOfAFailedCellKeepTheirValues() {
    run("int x = 5;");
    fail("int y = 6; x = 7; int z = Integer.parseInt(\"no\"); x = 8;");
    assertEquals("7", text("x"));
    assertEquals("6", text("y"));
    fail("int x = Integer.parseInt(\"no\");");
    assertEquals("7", text("x"));
    fail("int x = undefinedName;");
    assertEquals("7", text("x"));
  }

  @Test
  void redeclarationGivesANewValueOrType() {
    run("int x = 5;");
    run("String x = \"text\";");
    assertEquals("text", text("x"));
    run("int x = 6;");
    assertEquals("6", text("x"));
    run("int x;");
    assertEquals("0", text("x"));
  }

  @Test
  void lambdasAndThreadsSeeTheSameVariableAfterReplacement() {
    run("int f() { return 1; }");
    run("int counter = f();");
    run("Runnable inc = () -> counter += 10;");
    run("int f() { return 2; }");
    run("import java.time.*;");
    run("inc.run();");
    assertEquals("11", text("counter"));
    run("counter = 100; inc.run();");
    assertEquals("110", text("counter"));
  }

  @Test
  void methodsUsedBeforeTheyExistAreResolvedLater() {
    run("int g() { return h() + 1; }");
    assertTrue(recorder.err.toString().contains("h()"), recorder.err.toString());
    assertEquals("UnresolvedReference", fail("g()").name());
    run("int h() { return 1; }");
    assertEquals("2", text("g()"));
  }

  @Test
  void recordsEnumsInterfacesAndGenericsSurviveImports() {
    run("record Point(int x, int y) {}");
    run("enum Color { RED, GREEN }");
    run("interface Shape { double area(); }");
    run("Point p = new Point(1, 2); Color c = Color.GREEN; Shape s = () -> 3.0;");
    run("Map<String, List<Point>> points = new HashMap<>(Map.of(\"a\", List.of(p)));");
    run("import java.time.*;\nimport java.text.*;");
    assertEquals("Point[x=1, y=2]", text("p"));
    assertEquals("GREEN", text("c"));
    assertEquals("3.0", text("s.area()"));
    assertEquals("2", text("points.get(\"a\").get(0).y()"));
  }
}
