package resgen.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process outlives thousands of malformed messages. */
class FuzzTest {
  private static final int BETWEEN_CHECKS = 100;

  @TempDir Path dir;

  private void survives(int messages, int giants) {
    try (KernelClient client = new KernelClient(Kernels.command(), Map.of(), dir)) {
      client.awaitReady();
      Fuzz fuzz = new Fuzz(20_241_216, client);
      for (int i = 1; i <= messages; i++) {
        client.sendRaw(fuzz.next());
        if (i % BETWEEN_CHECKS == 0) { // also keeps the queues short
          JsonObject info = client.ask("kernel_info_request", new JsonObject());
          assertEquals("ok", info.get("status").getAsString());
        }
      }
      for (int kind = 0; kind < giants; kind++) {
        JsonObject giant = client.ask("execute_request", fuzz.giant(kind));
        assertTrue(giant.has("status"), giant::toString);
        client.ask("complete_request", fuzz.giant(kind));
        client.ask("is_complete_request", fuzz.giant(kind));
      }
      JsonObject reply = client.execute("int sum = 1 + 1;\nsum");
      assertEquals("ok", reply.get("status").getAsString(), reply::toString);
      Message result =
          client.ofLastCell().stream()
              .filter(m -> m.type().equals("execute_result"))
              .findFirst()
              .orElseThrow();
      assertEquals("2", result.content().getAsJsonObject("data").get("text/plain").getAsString());
    }
  }

  @Test
  void hundredsOfMalformedMessagesAndGiantCells() {
    survives(300, 2);
  }

  @Test
  @Tag("slow")
  void tenThousandMalformedMessagesAndGiantCells() {
    survives(10_000, 4);
  }
}
