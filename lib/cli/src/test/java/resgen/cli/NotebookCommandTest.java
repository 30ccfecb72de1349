package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebookCommandTest {

  @TempDir Path folder;

  private String notebook(String... cells) throws IOException {
    String json =
        Arrays.stream(cells)
            .map(
                code ->
                    """
                    {"cell_type": "code", "metadata": {}, "execution_count": null,
                     "outputs": [], "source": ["%s"]}"""
                        .formatted(code.replace("\"", "\\\"")))
            .collect(Collectors.joining(", "));
    Path file = folder.resolve("in.ipynb");
    Files.writeString(
        file,
        """
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [%s]}"""
            .formatted(json));
    return file.toString();
  }

  private String out() {
    return folder.resolve("sub/out.ipynb").toString();
  }

  @Test
  void writesWhatTheCellsShow() throws IOException {
    Cli run = Cli.run("notebook", "run", notebook("int x = 20;", "x * 2 + 2"), "-o", out());

    assertEquals(Main.OK, run.exitCode(), run.err());
    assertTrue(Files.readString(Path.of(out())).contains("42"));
    assertTrue(Files.readString(Path.of(out())).contains("\"name\": \"resgen-java\""));
    assertTrue(run.err().contains("cell 2 of 2: x * 2 + 2"), run.err());
    assertTrue(run.out().contains("2 cells"), run.out());
  }

  @Test
  void aFailingCellEndsItWithOneAndKeepsWhatRan() throws IOException {
    Cli run =
        Cli.run(
            "notebook",
            "run",
            notebook("6 * 7", "throw new IllegalStateException(\"broken here\");", "1"),
            "-o",
            out());

    assertEquals(Main.FAILED, run.exitCode());
    assertTrue(run.err().contains("broken here"), run.err());
    assertFalse(run.err().contains("cell 3 of 3"), run.err());
    assertTrue(Files.readString(Path.of(out())).contains("42"));
  }

  @Test
  void aCellThatTakesTooLongFails() throws IOException {
    Cli run =
        Cli.run(
            "notebook",
            "run",
            notebook("Thread.sleep(60_000)"),
            "-o",
            out(),
            "--cell-timeout",
            "0.5");

    assertEquals(Main.FAILED, run.exitCode());
    assertTrue(run.err().contains("0.5 s"), run.err());
  }

  @Test
  void anInterruptEndsTheCellAndKeepsWhatRan() throws Exception {
    String in = notebook("6 * 7", "Thread.sleep(60_000)", "1");
    Thread caller = Thread.currentThread();
    CompletableFuture.runAsync(
        caller::interrupt, CompletableFuture.delayedExecutor(4, TimeUnit.SECONDS));

    Cli run = Cli.run("notebook", "run", in, "-o", out());

    assertEquals(Main.INTERRUPTED, run.exitCode(), run.err());
    assertFalse(run.err().contains("cell 3 of 3"), run.err());
    assertTrue(Files.readString(Path.of(out())).contains("42"));
    assertFalse(Thread.interrupted());
  }

  @Test
  void anOutputIsAsked() throws IOException {
    Cli run = Cli.run("notebook", "run", notebook("1"));

    assertEquals(Main.USAGE, run.exitCode());
    assertTrue(run.err().contains("--output"), run.err());
  }

  @Test
  void aMissingNotebookIsNamed() {
    Cli run = Cli.run("notebook", "run", "nowhere.ipynb", "-o", out());

    assertEquals(Main.USAGE, run.exitCode());
    assertTrue(run.err().contains("nowhere.ipynb"), run.err());
  }

  @Test
  void aFileThatIsNoNotebookFails() throws IOException {
    Path text = folder.resolve("text.ipynb");
    Files.writeString(text, "hello");

    Cli run = Cli.run("notebook", "run", text.toString(), "-o", out());

    assertEquals(Main.FAILED, run.exitCode());
    assertTrue(run.err().contains("text.ipynb"), run.err());
  }

  @Test
  void aLimitOfNoTimeIsRefused() throws IOException {
    for (String seconds : new String[] {"0", "-1", "NaN", "soon"}) {
      Cli run = Cli.run("notebook", "run", notebook("1"), "-o", out(), "--cell-timeout=" + seconds);

      assertEquals(Main.USAGE, run.exitCode(), seconds);
      assertTrue(run.err().contains("--cell-timeout"), run.err());
    }
  }

  @Test
  void theGroupAloneIsAWrongUse() {
    Cli run = Cli.run("notebook");

    assertEquals(Main.USAGE, run.exitCode());
    assertTrue(run.err().contains("run"), run.err());
  }
}
