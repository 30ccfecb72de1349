package resgen.kernel;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonSyntaxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The cells that ran, with the text of their results. With a file, cells of earlier kernels are
 * there as well, as consoles expect; the file is the owner's alone, holds no results, and is cut to
 * the latest cells.
 */
public final class History {
  /**
   * A cell.
   *
   * @param session the number of the kernel that ran it, from 1
   * @param line the number n of {@code In [n]}
   * @param output the text of its result, or null
   */
  public record Entry(int session, int line, String code, String output) {}

  private static final int KEPT = 2000;
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final List<Entry> entries = new ArrayList<>();
  private final Path file; // null for none
  private int session = 1;

  private History(Path file) {
    this.file = file;
  }

  /** The cells of one kernel. */
  static History inMemory() {
    return new History(null);
  }

  /** The cells in a file, and those to come; without the file's when it cannot be read. */
  static History in(Path file) {
    History history = new History(file);
    if (Files.isRegularFile(file)) {
      history.read();
    }
    return history;
  }

  private void read() {
    try {
      List<String> lines = Files.readAllLines(file);
      for (String line : lines.subList(Math.max(0, lines.size() - KEPT), lines.size())) {
        Entry entry = parse(line);
        if (entry != null && entry.code != null) {
          entries.add(entry);
          session = Math.max(session, entry.session + 1);
        }
      }
      if (lines.size() > 2 * KEPT) {
        Path shorter =
            file.resolveSibling(file.getFileName() + "." + ProcessHandle.current().pid());
        create(shorter);
        Files.write(shorter, lines.subList(lines.size() - KEPT, lines.size()));
        Files.move(shorter, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      System.err.println("note: the history cannot be read: " + e);
    }
  }

  private static Entry parse(String line) {
    try {
      return GSON.fromJson(line, Entry.class);
    } catch (JsonSyntaxException e) {
      return null; // a line that was not written whole
    }
  }

  private static void create(Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Files.createDirectories(file.toAbsolutePath().getParent());
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
  }

  synchronized void add(int line, String code) {
    Entry entry = new Entry(session, line, code, null);
    entries.add(entry);
    if (file == null) {
      return;
    }
    try {
      create(file);
      byte[] text = (GSON.toJson(entry) + "\n").getBytes(StandardCharsets.UTF_8);
      Files.write(file, text, StandardOpenOption.APPEND);
    } catch (IOException e) {
      // a full disk or a read-only home must not stop a cell
    }
  }

  /** The cell of this number had a result. */
  synchronized void output(int line, String output) {
    for (int i = entries.size() - 1; i >= 0; i--) {
      Entry e = entries.get(i);
      if (e.session == session && e.line == line) {
        entries.set(i, new Entry(session, line, e.code, output));
        return;
      }
    }
  }

  /** The cells so far, in order. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** The number of this kernel among those of the file. */
  public int session() {
    return session;
  }
}
