package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterruptTest {
  /** Not the common pool, which the cells use. */
  private static final Executor OWN_THREADS =
      task -> {
        Thread thread = new Thread(task, "test-cell");
        thread.setDaemon(true);
        thread.start();
      };

  private static JavaKernel kernel;
  private final Recorder recorder = new Recorder();

  @BeforeAll
  static void open() {
    kernel = JavaKernel.open(KernelSettings.plain());
  }

  @AfterAll
  static void close() {
    kernel.close();
  }

  private void hasValue(String expected, String code) {
    CellResult result = kernel.execute(code, recorder);
    assertTrue(result.ok(), () -> result.error().plain());
    assertEquals(expected, result.value().getAsJsonObject("data").get("text/plain").getAsString());
  }

  /** Runs code that prints "go" when it is about to work, and interrupts it then. */
  private CellResult interrupted(String code, int times) throws Exception {
    CompletableFuture<CellResult> running =
        CompletableFuture.supplyAsync(() -> kernel.execute(code, recorder), OWN_THREADS);
    for (int i = 0; i < 3000 && !recorder.out.toString().contains("go"); i++) {
      Thread.sleep(10);
    }
    Thread.sleep(100);
    for (int i = 0; i < times; i++) {
      assertFalse(running.isDone(), () -> "ended by itself: " + running.join());
      kernel.interrupt();
      Thread.sleep(150);
    }
    return running.get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Thread.sleep(60_000);",
        "while (true) {}",
        "for (;;) { try { Math.sqrt(2); } catch (Exception e) {} }",
        "for (;;) { try { for (int i = 0; i >= 0; i = (i + 1) % 9) {} } catch (Throwable t) {} }",
        "long n = 0; do { n++; } while (n != -1);",
        "LongStream.range(0, Long.MAX_VALUE).forEach(i -> {});",
        "LongStream.range(0, Long.MAX_VALUE).parallel().forEach(i -> {});",
        "Runnable r = () -> { while (true) {} }; r.run();",
        "Object lock = new Object(); synchronized (lock) { lock.wait(); }",
        "new ArrayBlockingQueue<Integer>(1).take();",
        "LongStream.range(0, Long.MAX_VALUE).map(i -> i % 7).sum();",
        "LongStream.range(0, Long.MAX_VALUE).parallel().map(i -> i % 7).sum();",
        "CompletableFuture.supplyAsync(() -> { while (true) {} }).join();",
        "CompletableFuture.runAsync(() -> LockSupport.parkNanos(60_000_000_000L))"
            + ".thenRun(() -> { while (true) {} }).join();",
        "var pool = Executors.newFixedThreadPool(2);"
            + " pool.submit(() -> { while (true) {} }).get();",
        "Thread t = new Thread(() -> { while (true) {} }); t.start(); t.join();"
      })
  void stopsAndTheNextCellWorks(String code) throws Exception {
    CellResult result =
        interrupted(
            "import java.util.concurrent.locks.*;\n{ System.out.println(\"go\");\n" + code + "\n}",
            1);
    assertFalse(result.ok());
    String name = result.error().name();
    assertTrue(name.contains("Interrupt"), () -> name + ": " + result.error().plain());
    hasValue("2", ("1 + 1"));
    hasValue("5050", ("int s = 0; for (int i = 0; i <= 100; i++) s += i;\ns"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // rendering of the value
        "new Object() { public String toString() { System.out.println(\"go\"); while (true) {} } }",
        "List.of(new Object() { public String toString() { System.out.println(\"go\");"
            + " while (true) {} } })",
        // an exception's message
        "throw new RuntimeException() { public String getMessage() { System.out.println(\"go\");"
            + " while (true) {} } };",
        // magics
        "%time System.out.println(\"go\"); while (true) {}",
        "%time System.out.println(\"go\"); Thread.sleep(60_000);",
        "while (true) { eval(\"int x = 1;\"); System.out.println(\"go\"); }",
      })
  void whatBelongsToACellStopsAsACell(String code) throws Exception {
    CellResult result = interrupted(code, 1);
    assertFalse(result.ok());
    String name = result.error().name();
    assertTrue(name.contains("Interrupt"), () -> name + ": " + result.error().plain());
    hasValue("2", "1 + 1");
    hasValue("3", "import java.text.*; int y = 3;\ny");
  }

  @Test
  void listingVariablesThatLoopStops() throws Exception {
    String loops =
        "class Slow extends Number { public String toString() { System.out.println(\"go\");"
            + " while (true) {} } public int intValue() { return 0; } public long longValue() {"
            + " return 0; } public float floatValue() { return 0; } public double doubleValue() {"
            + " return 0; } }";
    assertTrue(kernel.execute(loops, recorder).ok());
    assertTrue(kernel.execute("Slow slow = new Slow();", recorder).ok());
    CellResult result = interrupted("%whos", 1);
    assertFalse(result.ok());
    hasValue("2", "1 + 1");
    // A tooltip gives up by itself.
    String shown = kernel.assist().inspect("slow", 4, false).orElseThrow().text();
    assertTrue(shown.startsWith("slow:Slow") || shown.contains("Slow"), shown);
    hasValue("2", "1 + 1");
    kernel.execute("slow = null;", recorder);
  }

  @Test
  void aServerThatDoesNotAnswerStopsWithItsCell() throws Exception {
    try (java.net.ServerSocket silent =
        new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
      String url = "http://127.0.0.1:" + silent.getLocalPort() + "/";
      assertTrue(kernel.execute("%mavenRepo silent " + url, recorder).ok());
      CompletableFuture<CellResult> running =
          CompletableFuture.supplyAsync(
              () -> kernel.execute("%maven no.such.group:nothing:1", recorder), OWN_THREADS);
      silent.accept(); // it asks, and gets no answer
      Thread.sleep(200);
      assertFalse(running.isDone());
      kernel.interrupt();
      assertFalse(running.get(10, TimeUnit.SECONDS).ok());
      hasValue("2", "1 + 1");
    }
  }

  @Test
  void libraryThatReturnsAPartialResultKeepsTheCellGoing() throws Exception {
    CellResult result =
        interrupted(
            "int done = resgen.kernel.FakeTraining.run();\nint after = 0;\n"
                + "for (int i = 0; i < 10; i++) after++;\nSystem.out.println(\"partial\");",
            1);
    assertTrue(result.ok(), () -> result.error().plain());
    assertTrue(recorder.out.toString().contains("partial"));
    assertTrue(recorder.err.toString().contains("ended early with what it had"));
    hasValue("10", ("after"));
    hasValue("true", "done > 0");
  }

  @Test
  void codeThatSwallowsTheFirstInterruptEndsAtTheSecond() throws Exception {
    CellResult result =
        interrupted(
            "{ System.out.println(\"go\"); while (true) {"
                + " try { Thread.sleep(50); } catch (InterruptedException e) {} } }",
            2);
    assertFalse(result.ok());
    hasValue("2", ("1 + 1"));
  }

  @Test
  void threadsThatTheCellStartedEndWithIt() throws Exception {
    interrupted(
        "Thread own = new Thread(() -> { System.out.println(\"go\"); while (true) {} });"
            + " own.start(); own.join();",
        1);
    hasValue("false", "own.join(10_000); own.isAlive()");
  }

  @Test
  void threadsOfEarlierCellsGoOn() throws Exception {
    kernel.execute(
        "volatile boolean stop = false; Thread before = new Thread(() -> { while (!stop) {} });"
            + " before.start();",
        recorder);
    interrupted("{ System.out.println(\"go\"); while (true) {} }", 1);
    hasValue("true", "Thread.sleep(200); before.isAlive()");
    hasValue("false", "stop = true; before.join(10_000); before.isAlive()");
  }

  @Test
  void whatDoesNotReactAtAllIsLeftBehind() throws Exception {
    CellResult result = interrupted("resgen.kernel.FakeTraining.deaf();", 2);
    assertFalse(result.ok());
    assertTrue(result.error().message().contains("left behind"), result.error().plain());
    hasValue("2", "1 + 1");
    hasValue("true", "resgen.kernel.FakeTraining.isDeaf()");
    hasValue("false", "resgen.kernel.FakeTraining.hear(); resgen.kernel.FakeTraining.isDeaf()");
    hasValue("6", "int a = 1, b = 2, c = 3;\na + b + c");
  }

  @Test
  void interruptWithoutARunningCellIsHarmless() {
    kernel.interrupt();
    hasValue("2", ("1 + 1"));
  }

  @Test
  void laterStatementsDoNotRunWhenNobodyTookTheInterrupt() throws Exception {
    CellResult result =
        interrupted(
            "resgen.kernel.FakeTraining.ignoring();\nSystem.out.println(\"not reached\");", 1);
    assertFalse(result.ok());
    assertFalse(recorder.out.toString().contains("not reached"));
  }
}
