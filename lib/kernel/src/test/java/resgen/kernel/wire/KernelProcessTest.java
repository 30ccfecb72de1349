package resgen.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The real kernel process, seen by a Jupyter client over ZeroMQ. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KernelProcessTest {
  @TempDir static Path dir;
  private static KernelClient client;

  @BeforeAll
  static void start() throws Exception {
    client = new KernelClient(Kernels.command(), Map.of(), dir);
    client.awaitReady();
  }

  @AfterAll
  static void stop() {
    client.close();
  }

  private static String text(JsonObject content, String field) {
    return content.get(field).getAsString();
  }

  @Test
  @Order(1)
  void kernelInfoHasStatusAndLanguage() throws Exception {
    JsonObject info = client.ask("kernel_info_request", new JsonObject());
    assertEquals("ok", text(info, "status"));
    assertEquals("java", text(info.getAsJsonObject("language_info"), "name"));
    assertEquals("5.3", text(info, "protocol_version"));
  }

  @Test
  @Order(1)
  void heartbeatEchoes() {
    client.heartbeat.setReceiveTimeOut(10_000);
    client.heartbeat.send("ping");
    assertArrayEquals("ping".getBytes(), client.heartbeat.recv());
  }

  @Test
  @Order(2)
  void executePublishesInputOutputAndResultInOrder() throws Exception {
    JsonObject reply = client.execute("System.out.print(\"a\");\ndisplay(\"d\");\n40 + 2");
    assertEquals("ok", text(reply, "status"));
    assertEquals(
        List.of("status", "execute_input", "stream", "display_data", "execute_result", "status"),
        client.types());
    JsonObject result = client.ofLastCell().get(4).content();
    assertEquals("42", text(result.getAsJsonObject("data"), "text/plain"));
    assertEquals(reply.get("execution_count"), result.get("execution_count"));
  }

  @Test
  @Order(2)
  void displayIsUpdatedAndOutputCleared() throws Exception {
    client.execute("String id = display(\"one\"); updateDisplay(id, \"two\"); clearOutput(false);");
    assertEquals(
        List.of(
            "status",
            "execute_input",
            "display_data",
            "update_display_data",
            "clear_output",
            "status"),
        client.types());
    assertEquals(
        client.ofLastCell().get(2).content().get("transient"),
        client.ofLastCell().get(3).content().get("transient"));
  }

  @Test
  @Order(2)
  void errorIsPublishedAndReplied() throws Exception {
    JsonObject reply = client.execute("throw new java.io.IOException(\"disk\");");
    assertEquals("error", text(reply, "status"));
    assertEquals("java.io.IOException", text(reply, "ename"));
    assertEquals("disk", text(reply, "evalue"));
    assertTrue(client.types().contains("error"));
    assertEquals("ok", text(client.execute("1"), "status"));
    assertEquals(
        "error", text(client.execute("throw new OutOfMemoryError(\"made up\");"), "status"));
    assertEquals("ok", text(client.execute("1"), "status"));
  }

  @Test
  @Order(2)
  void cellsThatWaitBehindAnErrorAreAborted() throws Exception {
    String failing =
        client.send(
            false, "execute_request", KernelClient.code("Thread.sleep(500); int z = 1 / 0;"));
    String waiting = client.send(false, "execute_request", KernelClient.code("int ran = 1;"));
    assertEquals("error", text(client.reply(false, failing), "status"));
    JsonObject aborted = client.reply(false, waiting);
    assertEquals("aborted", text(aborted, "status"));
    assertFalse(aborted.has("execution_count"), aborted.toString()); // it did not run
    client.awaitIdle(waiting);
  }

  @Test
  @Order(2)
  void nothingThatACellCallsEndsTheKernel() throws Exception {
    for (String code :
        List.of(
            "IntStream.of(3).forEach(System::exit);",
            "System.class.getMethod(\"exit\", int.class).invoke(null, 4);",
            "Runtime.class.getMethod(\"halt\", int.class).invoke(Runtime.getRuntime(), 5);",
            "javax.tools.ToolProvider.getSystemJavaCompiler();"
                + " Class.forName(\"com.sun.tools.javac.Main\").getMethod(\"main\","
                + " String[].class).invoke(null, (Object) new String[] {\"-version\"});",
            "new ProcessBuilder(); java.lang.invoke.MethodHandles.lookup().findStatic(System.class,"
                + " \"exit\", java.lang.invoke.MethodType.methodType(void.class, int.class))"
                + ".invoke(6);")) {
      JsonObject reply = client.execute(code);
      assertEquals("error", text(reply, "status"), code);
      assertTrue(reply.toString().contains("the cell asked to exit"), reply.toString());
    }
    assertEquals("ok", text(client.execute("1 + 1"), "status"));
  }

  @Test
  @Order(2)
  void longChainsAndDeepNestingCompile() throws Exception {
    String chain = "new StringBuilder()" + ".append(1)".repeat(700) + ".length()";
    JsonObject reply = client.execute(chain);
    assertEquals("ok", text(reply, "status"), reply.toString());
    String deep = "(".repeat(700) + "1" + ")".repeat(700);
    assertEquals("ok", text(client.execute(deep), "status"));
    String sum = "1" + " + 1".repeat(2000);
    assertEquals("ok", text(client.execute("int one = 1;\none + " + sum), "status"));
    JsonObject complete = KernelClient.code("\"x\"" + ".concat(\"y\")".repeat(700) + ".len");
    complete.addProperty("cursor_pos", complete.get("code").getAsString().length());
    JsonObject matches = client.ask("complete_request", complete);
    assertTrue(matches.get("matches").toString().contains("length"), matches.toString());
    assertEquals(
        "complete", text(client.ask("is_complete_request", KernelClient.code(chain)), "status"));
  }

  @Test
  @Order(3)
  void aValueWhoseTextLoopsIsInterrupted() throws Exception {
    interrupts("}\nnew Object() { public String toString() { while (true) {} }");
  }

  @Test
  @Order(2)
  void silentPublishesNoOutputAndUserExpressionsAreAnswered() throws Exception {
    JsonObject content = KernelClient.code("int quiet = 3;\nquiet");
    content.addProperty("silent", true);
    JsonObject expressions = new JsonObject();
    expressions.addProperty("sum", "quiet + 1");
    expressions.addProperty("bad", "nowhere");
    content.add("user_expressions", expressions);
    String id = client.begin(content);
    JsonObject answered = client.reply(false, id).getAsJsonObject("user_expressions");
    client.awaitIdle(id);
    assertEquals(List.of("status", "status"), client.types());
    JsonObject sum = answered.getAsJsonObject("sum");
    assertEquals("4", text(sum.getAsJsonObject("data"), "text/plain"));
    assertEquals("error", text(answered.getAsJsonObject("bad"), "status"));
  }

  private void interrupts(String code) throws Exception {
    String id = client.begin(KernelClient.code("{ System.out.println(\"go\");\n" + code + "\n}"));
    client.awaitPublished(m -> m.type().equals("stream"));
    JsonObject done = client.reply(true, client.send(true, "interrupt_request", new JsonObject()));
    assertEquals("ok", text(done, "status"));
    JsonObject reply = client.reply(false, id);
    assertEquals("error", text(reply, "status"));
    assertTrue(text(reply, "ename").contains("Interrupt"), reply.toString());
    client.awaitIdle(id);
    assertEquals("ok", text(client.execute("1 + 1"), "status"));
  }

  @Test
  @Order(3)
  void interruptEndsASleep() throws Exception {
    interrupts("Thread.sleep(600_000);");
  }

  @Test
  @Order(3)
  void interruptEndsABusyLoop() throws Exception {
    interrupts("while (true) {}");
  }

  @Test
  @Order(3)
  void interruptWhilePrintingLeavesTheSocketsWhole() throws Exception {
    interrupts("for (long i = 0; ; i++) System.out.println(i);");
  }

  @Test
  @Order(3)
  void inputIsAskedFor() throws Exception {
    JsonObject content = KernelClient.code("System.out.print(\"<\" + input(\"name? \") + \">\");");
    content.addProperty("allow_stdin", true);
    String id = client.begin(content);
    assertEquals("name? ", client.answerInput("Ada").text("prompt", ""));
    client.reply(false, id);
    client.awaitIdle(id);
    assertTrue(
        client.published.stream()
            .anyMatch(m -> m.type().equals("stream") && m.text("text", "").equals("<Ada>")));
  }

  @Test
  @Order(3)
  void completionInspectionHistoryAndCommInfo() throws Exception {
    client.execute("String greeting = \"x\";");
    JsonObject code = KernelClient.code("greeting.toUpp");
    code.addProperty("cursor_pos", 14);
    JsonObject matches = client.ask("complete_request", code);
    assertTrue(matches.get("matches").toString().contains("toUpperCase"), matches.toString());
    assertEquals(9, matches.get("cursor_start").getAsInt());
    JsonObject first =
        matches
            .getAsJsonObject("metadata")
            .getAsJsonArray("_jupyter_types_experimental")
            .get(0)
            .getAsJsonObject();
    assertEquals("toUpperCase(", text(first, "text"));
    assertEquals("function", text(first, "type"));
    assertEquals(9, first.get("start").getAsInt());
    assertEquals(14, first.get("end").getAsInt());
    JsonObject length = KernelClient.code("greeting.length()");
    length.addProperty("cursor_pos", 12);
    JsonObject inspected = client.ask("inspect_request", length);
    assertTrue(inspected.get("found").getAsBoolean());
    JsonObject data = inspected.getAsJsonObject("data");
    assertTrue(text(data, "text/plain").startsWith("int String.length()"), data.toString());
    assertTrue(text(data, "text/html").contains("<pre>int String.length()"), data.toString());
    assertEquals(
        "incomplete",
        text(client.ask("is_complete_request", KernelClient.code("if (true) {")), "status"));
    JsonObject tail = new JsonObject();
    tail.addProperty("hist_access_type", "tail");
    tail.addProperty("n", 1);
    JsonObject history = client.ask("history_request", tail);
    assertTrue(history.get("history").toString().contains("greeting"), history.toString());
    assertEquals("{}", client.ask("comm_info_request", new JsonObject()).get("comms").toString());
  }

  @Test
  @Order(3)
  void malformedAndForgedMessagesAreDropped() throws Exception {
    List<byte[]> forged = client.encoded("execute_request", KernelClient.code("int forged = 1;"));
    forged.set(1, "0".repeat(64).getBytes());
    client.sendRaw(forged);
    client.sendRaw(List.of("nonsense".getBytes()));
    client.sendRaw(List.of("<IDS|MSG>".getBytes(), new byte[] {(byte) 0xff}));
    assertEquals("error", text(client.execute("forged"), "status"));
    assertEquals("error", text(client.ask("made_up_request", new JsonObject()), "status"));
    assertEquals("ok", text(client.execute("1"), "status"));
  }

  @Test
  @Order(9)
  void shutdownIsAnsweredAndTheProcessEndsWhateverThreadsItHas() throws Exception {
    client.execute("new Thread(() -> { while (true) {} }).start();");
    String id = client.send(true, "shutdown_request", new JsonObject());
    assertEquals("ok", text(client.reply(true, id), "status"));
    assertTrue(client.process.waitFor(30, TimeUnit.SECONDS));
    assertEquals(0, client.process.exitValue());
    assertFalse(client.process.isAlive());
  }
}
