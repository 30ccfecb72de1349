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
  void sortedContainersKeepTheirNotebookOrder() {
    run("class Pt { int x; Pt(int x) { this.x = x; } }");
    run("TreeSet<Pt> set = new TreeSet<>((a, b) -> b.x - a.x);");
    run("TreeMap<Pt, String> map = new TreeMap<>(Comparator.comparingInt((Pt p) -> p.x));");
    run("var queue = new PriorityQueue<Pt>(Comparator.comparing((Pt p) -> p.x).reversed());");
    run(
        "var own = new java.util.concurrent.ConcurrentSkipListSet<Pt>(new Comparator<Pt>() {"
            + " public int compare(Pt a, Pt b) { return a.x - b.x; } });");
    run("for (int i = 0; i < 5; i++) { Pt p = new Pt(i); set.add(p); map.put(p, \"v\" + i); }");
    run("queue.addAll(set); own.addAll(set); int other = 7; Pt one = set.first();");
    run("class Pt { int x; int y; Pt(int x) { this.x = x; } int twice() { return 2 * x; } }");
    String notes = notes();
    assertTrue(notes.contains("carried over to the new class: map, one, own, queue, set"), notes);
    assertFalse(notes.contains("could not") || notes.contains("still in"), notes);
    assertEquals("5", text("set.size()"));
    assertEquals("8", text("set.first().twice()"));
    assertEquals("v0", text("map.firstEntry().getValue()"));
    assertEquals("8", text("queue.peek().twice()"));
    assertEquals("0", text("own.first().twice()"));
    assertEquals("true", text("set.contains(one) && map.containsKey(one) && own.contains(one)"));
    run("set.add(new Pt(9)); map.put(new Pt(-1), \"new\"); queue.add(new Pt(12));");
    assertEquals("9", text("set.first().x"));
    assertEquals("new", text("map.firstEntry().getValue()"));
    assertEquals("12", text("queue.poll().x"));
    assertEquals("7", text("other"));
  }

  @Test
  void keysThatHashByTheirFieldsAreFoundAgain() {
    String equal =
        " public boolean equals(Object o) { return o instanceof Key k && k.a == a; }"
            + " public int hashCode() { return a; } }";
    run("class Key { int a; Key(int a) { this.a = a; }" + equal);
    run("Map<Key, String> map = new HashMap<>(); map.put(new Key(3), \"three\");");
    run("Set<Key> set = new HashSet<>(List.of(new Key(4))); var nested = Set.of(set);");
    run("class Key { int a; int more; Key(int a) { this.a = a; }" + equal);
    assertEquals("three", text("map.get(new Key(3))"));
    assertEquals("true", text("set.contains(new Key(4)) && nested.contains(set)"));
  }

  @Test
  void keysThatHashInANewWayAreFoundAgain() {
    String head =
        "class Key implements Comparable<Key> { int a; int b; Key(int a, int b) {"
            + " this.a = a; this.b = b; } ";
    String equal = "public boolean equals(Object o) { return o instanceof Key k && k.a == a; } ";
    run(
        head
            + equal
            + "public int hashCode() { return a; }"
            + " public int compareTo(Key o) { return a - o.a; } }");
    run("Map<Key, String> map = new HashMap<>(); Set<Key> set = new HashSet<>();");
    run("TreeSet<Key> tree = new TreeSet<>(); Queue<Key> queue = new PriorityQueue<>();");
    run(
        "for (int i = 0; i < 9; i++) { Key k = new Key(i, 50 - i); map.put(k, \"v\" + i);"
            + " set.add(k); tree.add(k); queue.add(k); }");
    run(
        head
            + equal
            + "public int hashCode() { return 31 * a + 7; }"
            + " public int compareTo(Key o) { return b - o.b; } }");
    assertEquals("", notes());
    assertEquals("v3", text("map.get(new Key(3, 0))"));
    assertEquals("true", text("set.contains(new Key(8, 0)) && map.size() == 9"));
    assertEquals("8", text("tree.first().a"));
    assertEquals("8", text("queue.poll().a"));
  }

  @Test
  void aFailureTouchesOneVariableOnly() {
    run(
        "class Pt implements Comparable<Pt> { int x; Pt(int x) { this.x = x; }"
            + " public int compareTo(Pt o) { return x - o.x; } }");
    run("var bad = new TreeSet<Pt>(List.of(new Pt(1), new Pt(2)));");
    run("var a = new ArrayList<Pt>(List.of(new Pt(3))); var z = new Pt[] {new Pt(4)};");
    run("var zz = new TreeMap<String, Pt>(Map.of(\"k\", new Pt(5))); var view = zz.values();");
    run("class Pt { int x; int y; Pt(int x) { this.x = x; } int twice() { return 2 * x; } }");
    String notes = notes();
    assertTrue(
        notes.contains(
                "could not carry over bad, which stays as it was: java.lang.ClassCastException: class Pt"
                    + " cannot be cast to class java.lang.Comparable;")
            || notes.endsWith("cannot be cast to class java.lang.Comparable\n"),
        notes);
    assertTrue(notes.contains("carried over to the new class: a, "), notes);
    assertEquals("2", text("bad.size()"));
    assertEquals("6", text("a.get(0).twice()"));
    assertEquals("8", text("z[0].twice()"));
    assertEquals("10", text("zz.get(\"k\").twice()"));
    assertEquals("10", text("view.iterator().next().twice()"));
    assertEquals("1", text("zz.size()"));
  }

  @Test
  void lambdasAndMethodReferencesFollowTheirClass() {
    run("class A { int v = 1; int v() { return v; } static int twice(A a) { return 2 * a.v; } }");
    run("A a = new A(); a.v = 5;");
    run("Supplier<Integer> field = () -> a.v; ToIntFunction<A> ref = A::v;");
    run("Supplier<Integer> bound = a::v; Function<A, Integer> ofStatic = A::twice;");
    run("Supplier<A> maker = A::new; int n = 3;");
    run("Supplier<Integer> made(A it, int k) { return () -> it.v * k; }");
    run("Supplier<Integer> captured = made(a, 100);");
    run("List<Runnable> all = new ArrayList<>(); all.add(() -> a.v++);");
    run(
        "class A { int v = 1; int w = 2; int v() { return 10 * v; }"
            + " static int twice(A a) { return 20 * a.v; } }");
    String notes = notes();
    assertEquals("5", text("field.get()"));
    assertEquals("50", text("ref.applyAsInt(a)"));
    assertEquals("50", text("bound.get()"));
    assertEquals("100", text("ofStatic.apply(a)"));
    assertEquals("2", text("maker.get().w"));
    assertEquals("500", text("captured.get()"));
    run("a.v = 6;");
    assertEquals("6", text("field.get()"));
    assertEquals("600", text("captured.get()"));
    run("all.get(0).run();"); // also what a statement wrote, which is not compiled again
    assertEquals("7", text("a.v"));
    assertFalse(notes.contains("still in"), notes);
  }

  @Test
  void codeThatOnlyTheOldClassHasIsNamed() {
    run("class A { int v = 1; Supplier<Integer> own() { return () -> v; } }");
    run("A a = new A(); Supplier<Integer> late = a.own(); Supplier<Integer> gone = () -> a.v;");
    run("class A { int w = 2; Supplier<Integer> own() { return () -> w; } }");
    String notes = notes();
    assertTrue(notes.contains("the old class is still in late; run the cell"), notes);
    assertEquals("1", text("late.get()"));
    assertEquals("java.lang.NoSuchFieldError", fail("gone.get()").name());
  }

  @Test
  void errorsInCodeThatFollowedAClassNameTheirLines() {
    run("class A { int v = 1; }");
    run("A a = new A();\nSupplier<Integer> late = () ->\n  a.v / 0;");
    run("class A { int v = 1; int w; }");
    String text = fail("late.get()").plain();
    assertTrue(text.contains("a lambda, In [2], line 3"), text);
  }

  @Test
  void severalReshapingsInARowKeepLambdas() {
    run("class A { int v = 1; }");
    run("A a = new A(); List<Supplier<Integer>> all = new ArrayList<>(List.of(() -> a.v));");
    run("var pool = new TreeSet<A>((x, y) -> x.v - y.v); pool.add(a);");
    for (int i = 0; i < 3; i++) {
      run("class A { int v = 1; int more" + i + "; }");
      run("import java.time.*;");
      run("a.v = 10 + " + i + ";");
      assertEquals(Integer.toString(10 + i), text("all.get(0).get()"));
      assertEquals("true", text("pool.first() == a && pool.contains(a)"));
    }
    assertFalse(notes().contains("still in"));
  }

  @Test
  void staticFieldsKeepTheirValuesAndAreNamed() {
    run(
        "class A { static int count = 0; static final List<String> LOG = new ArrayList<>();"
            + " static final int SIZE = 4; static A last; int v; A() { count++; last = this; } }");
    run("A one = new A(); A two = new A(); A.LOG.add(\"x\"); two.v = 9;");
    run("class B { static List<Object> all = new ArrayList<>(); } ");
    run("B.all.add(two);");
    run(
        "class A { static int count = 0; static final List<String> LOG = new ArrayList<>();"
            + " static final int SIZE = 5; static A last; int v; int w;"
            + " A() { count++; last = this; } }");
    String notes = notes();
    assertTrue(notes.contains("static fields keep their values: A.count, A.last"), notes);
    assertTrue(notes.contains("static fields begin anew: A.LOG"), notes);
    assertEquals("2", text("A.count"));
    assertEquals("true", text("A.last == two && A.last.v == 9 && B.all.get(0) == two"));
    assertEquals("5", text("A.SIZE"));
  }

  @Test
  void anInitializerThatChangedInPlaceIsNamed() {
    run("class A { static double rate = 0.1; double f() { return rate; } }");
    run("new A().f();");
    run("class A { static double rate = 0.2; double f() { return rate; } }");
    assertEquals("note: static fields keep their values: A.rate\n", notes());
    assertEquals("0.1", text("new A().f()"));
    run("class Quiet { static int n = 1; }");
    run("class Quiet { static int n = 2; }"); // never began, so it begins with what stands there
    assertEquals("", notes());
    assertEquals("2", text("Quiet.n"));
  }

  @Test
  void enumsAreCarriedOverInTheirOwnContainers() {
    run("enum E { A, B, C }");
    run("var set = EnumSet.of(E.A, E.C); EnumMap<E, Integer> map = new EnumMap<>(Map.of(E.B, 2));");
    run("SortedSet<E> tail = new TreeSet<>(Set.of(E.A, E.B, E.C)).tailSet(E.B); E one = E.C;");
    run("var cow = new java.util.concurrent.CopyOnWriteArrayList<>(List.of(E.A));");
    run("enum E { A, B, C, D; int twice() { return 2 * ordinal(); } }");
    assertFalse(notes().contains("could not"));
    assertEquals("true", text("set.contains(E.C) && !set.contains(E.B) && map.get(E.B) == 2"));
    assertEquals("true", text("tail.size() == 2 && tail.contains(E.C) && one == E.C"));
    assertEquals("true", text("cow.get(0) == E.A"));
    run("set.add(E.D); map.put(E.D, 4);");
    assertEquals("6", text("E.D.twice()"));
  }

  @Test
  void otherHoldersAreCarriedOver() {
    run("class A { int v = 1; }");
    run("A a = new A(); var ref = new java.util.concurrent.atomic.AtomicReference<A>(a);");
    run("var entry = Map.entry(\"k\", a); var list = Arrays.asList(a); Object any = list;");
    run("var sync = Collections.synchronizedList(new ArrayList<A>(List.of(a)));");
    run("class A { int v = 1; int w = 3; }");
    assertEquals(
        "true",
        text(
            "ref.get() == a && entry.getValue() == a && list.get(0) == a && sync.get(0) == a"
                + " && any == list"));
    assertEquals("0", text("list.get(0).w"));
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
