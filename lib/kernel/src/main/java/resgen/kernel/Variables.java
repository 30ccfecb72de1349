package resgen.kernel;

import java.util.Map;

/**
 * The kernel's own environment variables: {@code JSHELL_KERNEL_…}, and the names that they had
 * before the kernel was a product of its own.
 */
public final class Variables {
  /** The file that keeps the cells for the consoles of later kernels, or {@code off}. */
  public static final String HISTORY = "JSHELL_KERNEL_HISTORY";

  /** {@code true} where the kernel may listen to other machines. */
  public static final String REMOTE = "JSHELL_KERNEL_REMOTE";

  /** Zips, jars and folders of sources, as in a class path. */
  public static final String SOURCES = "JSHELL_KERNEL_SOURCES";

  private static final String NOW = "JSHELL_KERNEL_";
  private static final String BEFORE = "RESGEN_KERNEL_";

  private Variables() {}

  /** The value of one of these variables under either of its names, or null. */
  public static String get(Map<String, String> env, String name) {
    String value = env.get(name);
    return value != null ? value : env.get(BEFORE + name.substring(NOW.length()));
  }
}
