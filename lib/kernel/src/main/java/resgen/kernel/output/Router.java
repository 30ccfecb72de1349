package resgen.kernel.output;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinWorkerThread;

/**
 * Sends what the notebook prints to the cell it belongs to. A thread that a cell started prints
 * into that cell, also when later cells run.
 */
public final class Router {
  private static final InheritableThreadLocal<Sink> OWN = new InheritableThreadLocal<>();
  private static volatile Sink running;

  private Router() {}

  /** What {@link #install} replaced. */
  private record Streams(PrintStream out, PrintStream err, InputStream in) {}

  /** A kernel's hold on the standard streams; closing it gives them back. */
  public static final class Scope implements AutoCloseable {
    private final Streams before;

    private Scope(Streams before) {
      this.before = before;
    }

    @Override
    public void close() {
      System.setOut(before.out);
      System.setErr(before.err);
      System.setIn(before.in);
    }
  }

  /** Directs the standard streams to cells until the scope is closed. */
  public static Scope install() {
    Streams before = new Streams(System.out, System.err, System.in);
    if (!(System.out instanceof RoutedStream)) {
      System.setOut(new RoutedStream(false, before.out));
      System.setErr(new RoutedStream(true, before.err));
      System.setIn(new RoutedInput());
    }
    return new Scope(before);
  }

  /**
   * Which of the standard streams code of the notebook put others in the place of, so that what is
   * printed does not come here.
   */
  public static List<String> replaced() {
    List<String> out = new ArrayList<>();
    if (!(System.out instanceof RoutedStream)) {
      out.add("System.out");
    }
    if (!(System.err instanceof RoutedStream)) {
      out.add("System.err");
    }
    return out;
  }

  /** A cell begins or, with null, ends; returns the one that ran before. */
  public static Sink running(Sink sink) {
    Sink before = running;
    running = sink;
    return before;
  }

  /** Marks the calling thread, and threads it starts from now on, as the cell's. */
  public static void adopt(Sink sink) {
    OWN.set(sink);
  }

  /** The sink of the cell that the calling thread works for, or null outside of notebooks. */
  public static Sink current() {
    Sink own = OWN.get();
    Sink now = running;
    boolean pooled = Thread.currentThread() instanceof ForkJoinWorkerThread;
    return own == null || (pooled && now != null) ? now : own;
  }

  private static final class RoutedStream extends PrintStream {
    RoutedStream(boolean error, PrintStream fallback) {
      super(new Decoder(error, fallback), true, StandardCharsets.UTF_8);
    }

    /** Flushes only: the streams are the session's, whoever wraps and closes them. */
    @Override
    public void close() {
      flush();
    }
  }

  private static final class Decoder extends OutputStream {
    private final boolean error;
    private final PrintStream fallback;
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer rest = ByteBuffer.allocate(0);

    Decoder(boolean error, PrintStream fallback) {
      this.error = error;
      this.fallback = fallback;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      Sink sink = current();
      if (sink == null) {
        fallback.write(bytes, from, length);
        return;
      }
      ByteBuffer in = ByteBuffer.allocate(rest.remaining() + length);
      in.put(rest).put(bytes, from, length).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
      decoder.reset();
      decoder.decode(in, out, false);
      rest = in.slice();
      if (out.flip().hasRemaining()) {
        sink.stream(error, out.toString());
      }
    }
  }

  private static final class RoutedInput extends InputStream {
    private byte[] line = new byte[0];
    private int at;

    @Override
    public synchronized int read() {
      if (at == line.length) {
        Sink sink = current();
        String typed = sink == null ? null : sink.readLine("", false);
        if (typed == null) {
          return -1;
        }
        line = (typed + "\n").getBytes(StandardCharsets.UTF_8);
        at = 0;
      }
      return line[at++] & 0xff;
    }

    @Override
    public synchronized int read(byte[] into, int from, int length) {
      if (length == 0) {
        return 0;
      }
      int first = read();
      if (first < 0) {
        return -1;
      }
      into[from] = (byte) first;
      int more = Math.min(length - 1, line.length - at);
      System.arraycopy(line, at, into, from + 1, more);
      at += more;
      return more + 1;
    }

    @Override
    public synchronized int available() {
      return line.length - at;
    }
  }
}
