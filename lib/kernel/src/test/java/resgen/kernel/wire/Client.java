package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A Jupyter client and the kernel process that it started. */
final class Client implements AutoCloseable {
  private static final long LIMIT_NANOS = 60_000_000_000L;

  final Process process;
  private final ZContext zmq = new ZContext();
  private final Codec codec = new Codec("hmac-sha256", "secret");
  private final ZMQ.Socket shell;
  private final ZMQ.Socket control;
  private final ZMQ.Socket iopub;
  private final ZMQ.Socket stdin;
  final ZMQ.Socket heartbeat;
  String lastCell;
  final List<Message> published = new ArrayList<>();

  Client(Path dir) throws Exception {
    iopub = socket(SocketType.SUB);
    iopub.subscribe(new byte[0]);
    shell = socket(SocketType.DEALER);
    control = socket(SocketType.DEALER);
    stdin = socket(SocketType.DEALER);
    stdin.setIdentity("client".getBytes());
    shell.setIdentity("client".getBytes());
    heartbeat = socket(SocketType.REQ);
    int[] ports = ports(5);
    List<ZMQ.Socket> sockets = List.of(shell, iopub, stdin, control, heartbeat);
    for (int i = 0; i < ports.length; i++) {
      sockets.get(i).connect("tcp://127.0.0.1:" + ports[i]);
    }
    Path file = dir.resolve("connection.json");
    Files.writeString(
        file,
        String.format(
            "{\"transport\":\"tcp\",\"ip\":\"127.0.0.1\",\"shell_port\":%d,\"iopub_port\":%d,"
                + "\"stdin_port\":%d,\"control_port\":%d,\"hb_port\":%d,"
                + "\"signature_scheme\":\"hmac-sha256\",\"key\":\"secret\"}",
            ports[0], ports[1], ports[2], ports[3], ports[4]));
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            "resgen.kernel.Main",
            file.toString());
    builder.redirectErrorStream(true).redirectOutput(new File(dir.toFile(), "kernel.log"));
    process = builder.start();
  }

  private ZMQ.Socket socket(SocketType type) {
    ZMQ.Socket socket = zmq.createSocket(type);
    socket.setReceiveTimeOut(100);
    return socket;
  }

  private static int[] ports(int n) throws Exception {
    List<java.net.ServerSocket> open = new ArrayList<>();
    int[] out = new int[n];
    for (int i = 0; i < n; i++) {
      open.add(new java.net.ServerSocket(0));
      out[i] = open.get(i).getLocalPort();
    }
    for (java.net.ServerSocket s : open) {
      s.close();
    }
    return out;
  }

  private Message receive(ZMQ.Socket socket) throws Exception {
    byte[] first = socket.recv();
    if (first == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(List.of(first));
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    return codec.decode(frames);
  }

  private Message await(ZMQ.Socket socket, Predicate<Message> wanted) throws Exception {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (System.nanoTime() < end) {
      Message message = receive(socket);
      if (message != null && socket == iopub) {
        published.add(message);
      }
      if (message != null && wanted.test(message)) {
        return message;
      }
    }
    throw new AssertionError("no answer; the kernel is " + (process.isAlive() ? "alive" : "dead"));
  }

  String send(boolean onControl, String type, JsonObject content) {
    Message message = codec.message(List.of(), type, new JsonObject(), content);
    Outbox.send(onControl ? control : shell, codec.encode(message));
    return message.header().get("msg_id").getAsString();
  }

  void sendRaw(List<byte[]> frames) {
    Outbox.send(shell, frames);
  }

  List<byte[]> encoded(String type, JsonObject content) {
    return new ArrayList<>(codec.encode(codec.message(List.of(), type, new JsonObject(), content)));
  }

  static boolean answers(Message message, String id) {
    return message.parent().has("msg_id")
        && message.parent().get("msg_id").getAsString().equals(id);
  }

  JsonObject reply(boolean onControl, String id) throws Exception {
    return await(onControl ? control : shell, m -> answers(m, id)).content();
  }

  JsonObject ask(String type, JsonObject content) throws Exception {
    return reply(false, send(false, type, content));
  }

  static JsonObject code(String code) {
    JsonObject content = new JsonObject();
    content.addProperty("code", code);
    return content;
  }

  /** Runs a cell to its end; what it published is in {@link #published}. */
  JsonObject execute(String code) throws Exception {
    published.clear();
    String id = send(false, "execute_request", code(code));
    lastCell = id;
    JsonObject reply = reply(false, id);
    awaitIdle(id);
    return reply;
  }

  void awaitIdle(String id) throws Exception {
    await(
        iopub,
        m ->
            m.type().equals("status")
                && answers(m, id)
                && m.text("execution_state", "").equals("idle"));
  }

  Message awaitPublished(Predicate<Message> wanted) throws Exception {
    return await(iopub, wanted);
  }

  Message answerInput(String value) throws Exception {
    Message request = await(stdin, m -> m.type().equals("input_request"));
    JsonObject content = new JsonObject();
    content.addProperty("value", value);
    Outbox.send(
        stdin, codec.encode(codec.message(List.of(), "input_reply", request.header(), content)));
    return request;
  }

  /** Asks until output of the kernel arrives: the subscription needs a moment. */
  void awaitSubscription() throws Exception {
    for (int i = 0; i < 300; i++) {
      ask("kernel_info_request", new JsonObject());
      if (receive(iopub) != null) {
        return;
      }
    }
    throw new AssertionError("nothing arrives on iopub");
  }

  /** Types of what was published for the last cell. */
  List<String> types() {
    return ofLastCell().stream().map(Message::type).toList();
  }

  List<Message> ofLastCell() {
    return published.stream().filter(m -> answers(m, lastCell)).toList();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    zmq.setLinger(0);
    zmq.close();
  }
}
