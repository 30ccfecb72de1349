package resgen.kernel.wire;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where Jupyter expects the kernel, and the key that signs messages. */
public record ConnectionFile(
    String transport,
    String ip,
    int shell,
    int iopub,
    int stdin,
    int control,
    int heartbeat,
    String scheme,
    String key) {

  /** Reads the file that Jupyter names on the command line. */
  public static ConnectionFile read(Path path) {
    try {
      JsonObject o = JsonParser.parseString(Files.readString(path)).getAsJsonObject();
      return new ConnectionFile(
          o.get("transport").getAsString(),
          o.get("ip").getAsString(),
          o.get("shell_port").getAsInt(),
          o.get("iopub_port").getAsInt(),
          o.get("stdin_port").getAsInt(),
          o.get("control_port").getAsInt(),
          o.get("hb_port").getAsInt(),
          o.has("signature_scheme") ? o.get("signature_scheme").getAsString() : "hmac-sha256",
          o.get("key").getAsString());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the connection file " + path, e);
    } catch (JsonParseException | IllegalStateException | NullPointerException e) {
      throw new IllegalArgumentException("not a connection file: " + path, e);
    }
  }

  String address(int port) {
    return transport.equals("ipc")
        ? transport + "://" + ip + "-" + port
        : transport + "://" + ip + ":" + port;
  }
}
