package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Objects of the notebook's own classes outlive changes of these classes. */
class ClassRedefinitionTest extends KernelTestBase {
  private String notes() {
    String notes = recorder.err.toString();
    recorder.err.setLength(0);
    return notes;
  }

  @Test
  void newBodiesReachTheInstancesThatAreThere() {
    run("class Net { double w = 1; double apply(double x) { return w * x; } }");
    run("Net net = new Net(); net.w = 42;");
    run("List<Net> all = List.of(net); Supplier<Double> late = () -> net.apply(1);");
    run("class Net { double w = 1; double apply(double x) { return w * x + 0.5; } }");
    assertEquals("42.5", text("net.apply(1)"));
    assertEquals("42.5", text("late.get()"));
    assertEquals("true", text("all.get(0) == net"));
    assertEquals("", notes());
    run("class Net { double w = 7; double apply(double x) { return -w * x; } }");
    assertEquals("-42.0", text("net.apply(1)"));
    assertEquals("7.0", text("new Net().w"));
  }

  @Test
  void errorsAfterNewBodiesNameTheNewLines() {
    run("class Net { int f() { return 1; } }");
    run("Net net = new Net();");
    run("class Net {\n  int f() {\n    throw new IllegalStateException();\n  }\n}");
    String text = fail("net.f()").plain();
    assertTrue(text.contains("Net.f, In [3], line 3"), text);
  }

  @Test
  void instancesSurviveARedefinitionOfAMethodThatTheirClassUses() {
    run("double scale() { return 2; }");
    run("class Net { double w = 3; double apply() { return w * scale(); } }");
    run("Net net = new Net(); net.w = 5;");
    run("double scale() { return 10; }");
    assertEquals("50.0", text("net.apply()"));
    assertEquals("", notes());
  }

  @Test
  void recordsEnumsAndInterfacesGetNewBodies() {
    run("record P(int x) { int f() { return x; } }");
    run("enum E { A, B; int f() { return ordinal(); } }");
    run("interface I { default int f() { return 1; } }");
    run("P p = new P(3); E e = E.B; I i = new I() {};");
    run("record P(int x) { int f() { return 10 * x; } }");
    run("enum E { A, B; int f() { return 100; } }");
    run("interface I { default int f() { return 2; } }");
    assertEquals("132", text("p.f() + e.f() + i.f()"));
  }

  @Test
  void instancesAreCarriedOverToANewShape() {
    run("class Net { double w = 1; final String name; Net next; Net(String n) { name = n; } }");
    run("Net net = new Net(\"a\"); net.w = 42; net.next = net; Net none = null; int other = 5;");
    run(
        "class Net { double w = 1; final String name; Net next; int steps = 9;"
            + " Net(String n) { name = n; } double twice() { return 2 * w; } }");
    assertEquals(
        "note: carried over to the new class: net (new fields are empty there: Net.steps)\n",
        notes());
    assertEquals("84.0", text("net.twice()"));
    assertEquals("a", text("net.name"));
    assertEquals("0", text("net.steps"));
    assertEquals("true", text("net.next == net && none == null"));
    assertEquals("5", text("other"));
  }

  @Test
  void instancesInContainersAndOtherObjectsAreCarriedOver() {
    run("class A { int v; A(int v) { this.v = v; } }");
    run("class Holder { A a; Object any; }");
    run("record Pair(A left, int n) {}");
    run(
        "A x = new A(1); var y = new A(3); var list = new ArrayList<>(List.of(x, new A(2))); List<A> fixed ="
            + " List.of(x); Map<String, A> map = new TreeMap<>(Map.of(\"k\", x)); A[] array = {x};"
            + " Holder h = new Holder(); h.a = x; h.any = List.of(x); Pair pair = new Pair(x, 4);"
            + " Set<A> set = new HashSet<>(list); Optional<A> maybe = Optional.of(x);");
    run("class A { int v; A(int v) { this.v = v; } int twice() { return 2 * v; } }");
    assertTrue(notes().contains("carried over to the new class: "));
    assertEquals("2", text("x.twice()"));
    assertEquals("true", text("y.twice() == 6"));
    assertEquals("4", text("list.get(1).twice()"));
    assertEquals(
        "true",
        text(
            "list.get(0) == x && fixed.get(0) == x && map.get(\"k\") == x && array[0] == x && h.a =="
                + " x && pair.left() == x && maybe.get() == x && set.contains(x)"));
    assertEquals("2", text("((List<A>) h.any).get(0).twice()"));
    assertEquals("4", text("pair.n()"));
  }

  @Test
  void whatCannotBeCarriedOverIsNamedAndTheRestStays() {
    run("class Job extends Thread { int v = 1; }");
    run("Job job = new Job(); var kept = new ArrayList<>(List.of(1, 2)); String s = \"s\";");
    run("class Job extends Thread { int v = 1; int w = 2; }");
    assertEquals("note: lost the value of job: its class was defined anew\n", notes());
    assertEquals("true", text("job == null"));
    assertEquals("[1, 2]", text("kept"));
    assertEquals("s", text("s"));
    run("job = new Job();");
    assertEquals("2", text("job.w"));
  }

  @Test
  void aFieldOfAnotherTypeIsEmptyAndNamed() {
    run("class A { int v = 3; int keep = 4; }");
    run("A a = new A();");
    run("class A { String v = \"x\"; int keep = 4; }");
    assertTrue(notes().contains("new fields are empty there: A.v"), recorder.err.toString());
    assertEquals("true", text("a.v == null"));
    assertEquals("4", text("a.keep"));
  }

  @Test
  void aDefinitionThatDoesNotCompileLeavesTheOldOne() {
    run("class A { int v = 3; }");
    run("A a = new A(); a.v = 8;");
    fail("class A { int v = ; }");
    fail("class A { int v = undefinedThing(; }");
    assertEquals("8", text("a.v"));
  }

  @Test
  void severalChangesInARowAndImportsBetween() {
    run("class A { int v; }");
    run("A a = new A(); a.v = 1;");
    run("class A { int v; int b; }");
    run("import java.time.*;");
    run("a.b = 2;");
    run("class A { int v; int b; int c() { return v + b; } }");
    run("import java.text.*;\nimport static java.lang.Math.*;");
    run("class A { int v; int b; int c() { return 10 * (v + b); } }");
    assertEquals("30", text("a.c()"));
  }

  @Test
  void subclassesFollowTheirParent() {
    run("class A { int v = 1; } ");
    run("class B extends A { int w = 2; }");
    run("B b = new B(); b.v = 5; b.w = 6; A asA = b;");
    run("class A { int v = 1; int sum() { return v; } }");
    assertEquals("11", text("b.sum() + b.w"));
    assertEquals("true", text("asA == b"));
    assertFalse(notes().contains("lost"));
  }
}
