package resgen.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's jar alone in a folder, as somebody has it who downloaded it. */
class SelfContainedJarIT {
  private static final Path BUILT = Path.of("target", "jshell-kernel.jar");
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin/java").toString();

  @TempDir Path dir;
  private Path downloads;

  @BeforeEach
  void download() throws IOException {
    downloads = Files.createDirectories(dir.resolve("downloads"));
    Files.copy(BUILT, downloads.resolve("jshell-kernel.jar"));
  }

  /** What a program prints, standard error included. */
  private String output(int status, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).directory(downloads.toFile());
    builder.environment().put("JUPYTER_DATA_DIR", dir.resolve("jupyter").toString());
    builder.environment().keySet().removeIf(name -> name.matches("CLASSPATH|JAVA_TOOL_OPTIONS"));
    Process process =
        builder.redirectErrorStream(true).redirectOutput(dir.resolve("output").toFile()).start();
    assertTrue(process.waitFor(3, TimeUnit.MINUTES), "did not end: " + List.of(command));
    String text = Files.readString(dir.resolve("output"));
    assertEquals(status, process.exitValue(), text);
    return text;
  }

  private String kernel(int status, String... arguments) throws Exception {
    return output(
        status,
        Stream.concat(Stream.of(JAVA, "-jar", "jshell-kernel.jar"), Stream.of(arguments))
            .toArray(String[]::new));
  }

  @Test
  void explainsItselfAndRefusesWhatItDoesNotKnow() throws Exception {
    String help = kernel(0, "--help");
    assertTrue(help.contains("install") && help.contains("CONNECTION_FILE"), help);
    assertTrue(kernel(0, "install", "--help").contains("--display-name"));
    assertTrue(kernel(0, "--version").startsWith("jshell-kernel "));
    assertTrue(kernel(2).contains("a command is missing"));
    assertTrue(kernel(2, "instal").contains("instal"));
    assertTrue(kernel(2, "install", "--name", "a b").contains("but is a b"));
    assertTrue(kernel(2, "run", "none.ipynb", "-o", "x").contains("no such notebook: none.ipynb"));
  }

  @Test
  void installsAKernelThatOutlivesTheDownload() throws Exception {
    Path extra = Files.createDirectories(dir.resolve("extra"));
    Files.writeString(extra.resolve("hello.txt"), "hello");
    String said =
        kernel(
            0,
            "install",
            "--display-name",
            "Java!",
            "--class-path",
            extra.toString(),
            "--java-option=-Duser.home=" + dir,
            "--env",
            "GREETING=servus");
    Path folder = dir.resolve("jupyter/kernels/jshell");
    assertTrue(said.contains(folder.resolve("kernel.json").toString()), said);
    assertTrue(Files.exists(folder.resolve("classes.jsa")), "the archive of classes");
    Files.delete(downloads.resolve("jshell-kernel.jar"));

    JsonObject spec =
        JsonParser.parseString(Files.readString(folder.resolve("kernel.json"))).getAsJsonObject();
    assertEquals("Java!", spec.get("display_name").getAsString());
    List<String> command = new ArrayList<>();
    spec.getAsJsonArray("argv").forEach(a -> command.add(a.getAsString()));
    assertFalse(command.toString().contains(downloads.toString()), command.toString());
    Map<String, String> env = new HashMap<>();
    spec.getAsJsonObject("env")
        .entrySet()
        .forEach(e -> env.put(e.getKey(), e.getValue().getAsString()));
    useFolderAsCentral();
    try (KernelClient client = new KernelClient(command, env, dir)) {
      client.awaitReady();
      assertEquals("42", result(client, "int six = 6;\nsix * 7"));
      assertEquals("servus", result(client, "System.getenv(\"GREETING\")"));
      assertEquals(
          "hello",
          result(
              client,
              "new String(ClassLoader.getSystemResourceAsStream(\"hello.txt\").readAllBytes())"));
      for (String own : List.of("org.objectweb.asm.Type", "org.zeromq.ZMQ")) {
        JsonObject hidden = client.execute(own + ".class");
        assertEquals("CompileError", hidden.get("ename").getAsString(), hidden.toString());
      }
      assertEquals("ok", client.execute("%maven org.far:far:1").get("status").getAsString());
      JsonObject none = client.execute("%maven org.far:none:1");
      assertTrue(none.get("evalue").getAsString().contains("org.far:none"), none.toString());
    }
  }

  private static String result(KernelClient client, String code) {
    JsonObject reply = client.execute(code);
    assertEquals("ok", reply.get("status").getAsString(), reply.toString());
    return client.ofLastCell().stream()
        .filter(m -> m.type().equals("execute_result"))
        .map(m -> m.content().getAsJsonObject("data").get("text/plain").getAsString())
        .findFirst()
        .orElseThrow();
  }

  private void useFolderAsCentral() throws IOException {
    Path central = Files.createDirectories(dir.resolve("central/org/far/far/1"));
    Files.writeString(
        central.resolve("far-1.pom"),
        "<project><modelVersion>4.0.0</modelVersion><groupId>org.far</groupId>"
            + "<artifactId>far</artifactId><version>1</version></project>");
    Files.copy(BUILT, central.resolve("far-1.jar"));
    Files.createDirectories(dir.resolve(".m2"));
    Files.writeString(
        dir.resolve(".m2/settings.xml"),
        "<settings><localRepository>"
            + dir.resolve("local")
            + "</localRepository><mirrors><mirror><id>f</id><mirrorOf>*</mirrorOf><url>"
            + dir.resolve("central").toUri()
            + "</url></mirror></mirrors></settings>");
  }

  @Test
  void runsANotebook() throws Exception {
    Path in = dir.resolve("in.ipynb");
    Files.writeString(
        in,
        """
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
          {"cell_type": "code", "metadata": {}, "execution_count": null, "outputs": [],
           "source": ["20 + 22"]}]}""");
    Path out = dir.resolve("out.ipynb");
    assertTrue(kernel(0, "run", in.toString(), "-o", out.toString()).contains("1 cells"));
    assertTrue(Files.readString(out, StandardCharsets.UTF_8).contains("42"));
  }

  @Test
  void jupyterListsIt() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/jupyter")), "no jupyter here");
    kernel(0, "install", "--no-archive", "--name", "mine");
    assertTrue(output(0, "/usr/bin/jupyter", "kernelspec", "list").contains("mine"));
  }
}
