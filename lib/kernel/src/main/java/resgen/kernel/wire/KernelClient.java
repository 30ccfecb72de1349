package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A Jupyter client and the kernel process that it started; for one thread. */
public final class KernelClient implements AutoCloseable {
  /** What a kernel did not answer in time. */
  public static final class NoAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswer(String what) {
      super(what);
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int MAX_DUMP = 40_000;
  private static final byte[] IDENTITY = "client".getBytes(StandardCharsets.US_ASCII);

  final Process process;
  final Codec codec;
  final ZMQ.Socket shell;
  final ZMQ.Socket control;
  final ZMQ.Socket iopub;
  final ZMQ.Socket stdin;
  final ZMQ.Socket heartbeat;
  final List<Message> published = new ArrayList<>();
  private final ZContext zmq = new ZContext();
  private String lastCell = "";

  /**
   * Starts a kernel.
   *
   * @param command the kernel's command line, {@code {connection_file}} in it replaced
   * @param env further environment variables
   * @param dir a folder for the connection file and {@code kernel.log}
   */
  public KernelClient(List<String> command, Map<String, String> env, Path dir) {
    ConnectionFile at = ConnectionFile.onLoopback();
    Path file = dir.resolve("connection-" + at.shell() + ".json");
    at.write(file);
    codec = new Codec(at.scheme(), at.key());
    iopub = socket(SocketType.SUB, at.address(at.iopub()));
    iopub.subscribe(new byte[0]);
    shell = socket(SocketType.DEALER, at.address(at.shell()));
    control = socket(SocketType.DEALER, at.address(at.control()));
    stdin = socket(SocketType.DEALER, at.address(at.stdin()));
    heartbeat = socket(SocketType.REQ, at.address(at.heartbeat()));
    ProcessBuilder builder =
        new ProcessBuilder(
            command.stream().map(a -> a.replace("{connection_file}", file.toString())).toList());
    builder.environment().putAll(env);
    builder.redirectErrorStream(true);
    builder.redirectOutput(new File(dir.toFile(), "kernel.log"));
    try {
      process = builder.start();
    } catch (IOException e) {
      zmq.close();
      throw new UncheckedIOException("cannot start " + command.get(0), e);
    }
  }

  private ZMQ.Socket socket(SocketType type, String address) {
    ZMQ.Socket socket = zmq.createSocket(type);
    socket.setReceiveTimeOut(10);
    if (type == SocketType.DEALER) {
      socket.setIdentity(IDENTITY);
    }
    socket.connect(address);
    return socket;
  }

  /** The id of the kernel's process. */
  public long pid() {
    return process.pid();
  }

  private Message receive(ZMQ.Socket socket) {
    byte[] first = socket.recv();
    if (first == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(List.of(first));
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    try {
      return codec.decode(frames);
    } catch (Codec.BadMessage e) {
      throw new IllegalStateException("the kernel sent a bad message: " + e.getMessage(), e);
    }
  }

  Message await(ZMQ.Socket socket, Predicate<Message> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      boolean alive = process.isAlive(); // before receiving: the last answer may be on its way
      Message message = receive(socket);
      if (message != null && socket == iopub) {
        published.add(message);
      }
      if (message != null && wanted.test(message)) {
        return message;
      }
      if (message == null && !alive) {
        throw new NoAnswer("the kernel ended with status " + process.exitValue());
      }
    }
    throw new NoAnswer(
        "no answer in " + PATIENCE.toSeconds() + " s; the kernel's threads are:\n" + threads());
  }

  /** What the kernel's threads are doing, for the report of a hang. */
  private String threads() {
    try {
      Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
      Process dump =
          new ProcessBuilder(jcmd.toString(), Long.toString(pid()), "Thread.print")
              .redirectErrorStream(true)
              .start();
      String text = new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return text.substring(0, Math.min(text.length(), MAX_DUMP));
    } catch (IOException e) {
      return "unknown: " + e;
    }
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

  JsonObject reply(boolean onControl, String id) {
    return await(onControl ? control : shell, m -> answers(m, id)).content();
  }

  JsonObject ask(String type, JsonObject content) {
    return reply(false, send(false, type, content));
  }

  static JsonObject code(String code) {
    JsonObject content = new JsonObject();
    content.addProperty("code", code);
    return content;
  }

  /** Runs a cell to its end and returns the reply. */
  public JsonObject execute(String code) {
    published.clear();
    String id = send(false, "execute_request", code(code));
    lastCell = id;
    JsonObject reply = reply(false, id);
    awaitIdle(id);
    return reply;
  }

  /** Runs a cell of which {@link #ofLastCell} is to tell. */
  String begin(JsonObject content) {
    published.clear();
    lastCell = send(false, "execute_request", content);
    return lastCell;
  }

  void awaitIdle(String id) {
    await(
        iopub,
        m ->
            m.type().equals("status")
                && answers(m, id)
                && m.text("execution_state", "").equals("idle"));
  }

  Message awaitPublished(Predicate<Message> wanted) {
    return await(iopub, wanted);
  }

  Message answerInput(String value) {
    Message request = await(stdin, m -> m.type().equals("input_request"));
    JsonObject content = new JsonObject();
    content.addProperty("value", value);
    Outbox.send(
        stdin, codec.encode(codec.message(List.of(), "input_reply", request.header(), content)));
    return request;
  }

  /**
   * Waits until the kernel answers and its output arrives, as Jupyter does before the first cell.
   */
  public void awaitReady() {
    for (int i = 0; i < 3000; i++) {
      ask("kernel_info_request", new JsonObject());
      if (receive(iopub) != null) {
        return;
      }
    }
    throw new NoAnswer("nothing arrives on iopub");
  }

  /** Types of what was published for the last cell. */
  List<String> types() {
    return ofLastCell().stream().map(Message::type).toList();
  }

  List<Message> ofLastCell() {
    return published.stream().filter(m -> answers(m, lastCell)).toList();
  }

  /** The text of a stream, {@code stdout} or {@code stderr}, of the last cell. */
  String text(String stream) {
    StringBuilder out = new StringBuilder();
    for (Message m : ofLastCell()) {
      if (m.type().equals("stream") && m.text("name", "").equals(stream)) {
        out.append(m.text("text", ""));
      }
    }
    return out.toString();
  }

  /** Asks the kernel to end and waits; false when it does not within the limit. */
  public boolean shutdown(Duration limit) throws InterruptedException {
    JsonObject content = new JsonObject();
    content.addProperty("restart", false);
    reply(true, send(true, "shutdown_request", content));
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    zmq.setLinger(0);
    zmq.close();
  }
}
