package resgen.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.execution.LocalExecutionControlProvider;
import org.junit.jupiter.api.Test;
import resgen.lab.cluster.Cluster;

/** What a notebook defines is refused, whatever it is wrapped in. */
public class ClosuresTest {

  /** Where a cell leaves what it made. */
  public static final List<Object> LEFT = new ArrayList<>();

  private static void cells(String... codes) {
    LEFT.clear();
    try (JShell shell =
        JShell.builder().executionEngine(new LocalExecutionControlProvider(), null).build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      for (String code : codes) {
        for (SnippetEvent event : shell.eval(code)) {
          assertEquals(
              Snippet.Status.VALID,
              event.status(),
              () -> code + shell.diagnostics(event.snippet()).toList());
          assertEquals(null, event.exception());
        }
      }
    }
  }

  private static String refused(String what) {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> Closures.check("the function", LEFT.get(0)))
            .getMessage();
    assertTrue(message.contains(what), message);
    return message;
  }

  @Test
  void aLambdaOfACell() {
    cells(
        "int captured = 3;",
        "resgen.lab.cluster.Cluster.Task<Integer, Integer> task = x -> x + captured;",
        "resgen.spark.ClosuresTest.LEFT.add(task);");

    assertTrue(refused("this notebook defined").contains("REPL."));
    assertTrue(refused("in a jar").contains("the function"));
  }

  @Test
  void aRecordOfACellWithinAList() {
    cells(
        "record Point(int x) implements java.io.Serializable {}",
        "resgen.spark.ClosuresTest.LEFT.add(new java.util.ArrayList<>(java.util.List.of(new"
            + " Point(1))));");

    refused("this notebook defined");
  }

  @Test
  void aLambdaWithinALambda() {
    cells(
        "resgen.lab.cluster.Cluster.Task<Integer, Integer> task = x -> x;",
        "resgen.spark.ClosuresTest.LEFT.add(resgen.spark.ClosuresTest.twice(task));");

    refused("this notebook defined");
  }

  /** A lambda of this class that holds another. */
  public static Cluster.Task<Integer, Integer> twice(Cluster.Task<Integer, Integer> task) {
    return x -> task.apply(task.apply(x));
  }

  @Test
  void whatIsInAJarMayGo() {
    Cluster.Task<Integer, Integer> own = x -> x + 1;

    assertDoesNotThrow(() -> Closures.check("the function", twice(own)));
    assertDoesNotThrow(() -> Closures.check("a value", new int[] {1, 2}));
  }

  @Test
  void whatCannotBeSentIsNamed() {
    Object held = new Object();
    Cluster.Task<Integer, String> task =
        (Cluster.Task<Integer, String> & Serializable) x -> held + "";

    String message =
        assertThrows(IllegalArgumentException.class, () -> Closures.check("the function", task))
            .getMessage();
    assertTrue(message.contains("java.lang.Object"), message);
  }
}
