package resgen.kernel.wire;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

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
  private static final int KEY_BYTES = 32;

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
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | NumberFormatException e) {
      throw new IllegalArgumentException("not a connection file: " + path, e);
    }
  }

  /** Free ports of 127.0.0.1 and a new random key. */
  public static ConnectionFile onLoopback() {
    List<Integer> ports = freePorts(5);
    byte[] key = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return new ConnectionFile(
        "tcp",
        "127.0.0.1",
        ports.get(0),
        ports.get(1),
        ports.get(2),
        ports.get(3),
        ports.get(4),
        "hmac-sha256",
        HexFormat.of().formatHex(key));
  }

  private static List<Integer> freePorts(int n) {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < n; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on 127.0.0.1", e);
    } finally {
      for (ServerSocket s : open) {
        try {
          s.close();
        } catch (IOException e) {
          // It is closed with the process.
        }
      }
    }
  }

  /** Writes a new file that only its owner may read. */
  public void write(Path path) {
    JsonObject o = new JsonObject();
    o.addProperty("transport", transport);
    o.addProperty("ip", ip);
    o.addProperty("shell_port", shell);
    o.addProperty("iopub_port", iopub);
    o.addProperty("stdin_port", stdin);
    o.addProperty("control_port", control);
    o.addProperty("hb_port", heartbeat);
    o.addProperty("signature_scheme", scheme);
    o.addProperty("key", key);
    FileAttribute<?>[] ownerOnly =
        isPosix()
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    try {
      Files.createFile(path, ownerOnly);
      Files.writeString(path, o + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the connection file " + path, e);
    }
  }

  private static boolean isPosix() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
  }

  /**
   * What makes this connection less than safe, in words; none for an owner's file, a key and
   * loopback.
   *
   * @param path the file that it was read from
   */
  public List<String> warnings(Path path) {
    List<String> out = new ArrayList<>();
    try {
      if (isPosix()) {
        Set<PosixFilePermission> may = Files.getPosixFilePermissions(path);
        if (may.contains(PosixFilePermission.GROUP_READ)
            || may.contains(PosixFilePermission.OTHERS_READ)) {
          out.add("others may read the connection file " + path + " and so run code here");
        }
      }
    } catch (IOException e) {
      out.add("cannot see who may read the connection file " + path + ": " + e);
    }
    if (key.isEmpty()) {
      out.add("the connection file has no key: messages are not signed");
    }
    if (!isLocal()) {
      out.add("listening on " + ip + ": other machines may reach this kernel");
    }
    return out;
  }

  /** Whether only this machine can reach the kernel. */
  public boolean isLocal() {
    if (transport.equals("ipc")) {
      return true;
    }
    try {
      return !ip.equals("*") && InetAddress.getByName(ip).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  String address(int port) {
    return transport.equals("ipc")
        ? transport + "://" + ip + "-" + port
        : transport + "://" + ip + ":" + port;
  }
}
