package resgen.kernel.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.kernel.KernelSpec;

/** A kernel of a Jupyter server that was started without a locale, as services are. */
class LocaleTest {
  @TempDir Path dir;

  @Test
  void filesOfAnyAlphabetAreReadAndWritten() throws Exception {
    assumeTrue(System.getProperty("os.name").startsWith("Linux"), "names of files are UTF-8 there");
    KernelSpec.Options options =
        KernelSpec.Options.ofThisJvm().withFlags(List.of("-Ddata=" + dir.resolve("data")));
    Map<String, String> env = new HashMap<>(Map.of("LC_ALL", "C", "LANG", "C"));
    env.putAll(KernelSpec.environment(options, dir)); // as Jupyter: the spec's own come last
    try (KernelClient client = new KernelClient(KernelSpec.command(options, dir), env, dir)) {
      client.awaitReady();
      JsonObject reply =
          client.execute(
              """
              Path data = Path.of(System.getProperty("data"));
              for (String name : List.of("猫", "犬")) {
                Files.createDirectories(data.resolve(name));
                Files.writeString(data.resolve(name).resolve("é.txt"), name);
              }
              try (var folders = Files.list(data)) {
                for (Path folder : folders.sorted().toList()) {
                  System.out.println(folder.getFileName() + " "
                      + new File(folder.toFile(), "é.txt").isFile() + " "
                      + Charset.defaultCharset());
                }
              }"""
                  .replace("Charset.", "java.nio.charset.Charset."));
      assertEquals("ok", reply.get("status").getAsString(), reply.toString());
      StringBuilder out = new StringBuilder();
      client.ofLastCell().stream()
          .filter(m -> m.type().equals("stream"))
          .forEach(m -> out.append(m.content().get("text").getAsString()));
      assertEquals("犬 true UTF-8\n猫 true UTF-8\n", out.toString());
    }
    if (System.getProperty("sun.jnu.encoding").equals("UTF-8")) {
      assertEquals("猫", Files.readString(dir.resolve("data/猫/é.txt")));
    }
  }
}
