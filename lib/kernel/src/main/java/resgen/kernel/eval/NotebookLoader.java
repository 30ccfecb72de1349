package resgen.kernel.eval;

import java.lang.invoke.MethodHandles;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Holds the notebook's own classes and the jars added while it runs. The kernel's own libraries
 * ({@link OwnLibraries}) are not seen through it.
 */
final class NotebookLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String LOOKUPS = "REPL/NotebookLookups";

  private final Map<String, byte[]> declared = new ConcurrentHashMap<>();
  private final Set<String> given = ConcurrentHashMap.newKeySet(); // shared, from the parent
  private final Set<String> replaced = ConcurrentHashMap.newKeySet(); // shared, the notebook's own
  private final OverloadLinks overloads = new OverloadLinks();

  NotebookLoader(ClassLoader parent) {
    super("notebook", new URL[0], parent);
    declare(LOOKUPS.replace('/', '.'), lookups());
  }

  /**
   * A lookup with all the rights of one of the notebook's classes; only a class beside them can
   * give it.
   */
  MethodHandles.Lookup lookupIn(Class<?> type) throws ReflectiveOperationException {
    Class<?> beside = loadClass(LOOKUPS.replace('/', '.'));
    return (MethodHandles.Lookup) beside.getMethod("in", Class.class).invoke(null, type);
  }

  /** {@code public static Lookup in(Class c) { return privateLookupIn(c, lookup()); }}. */
  private static byte[] lookups() {
    String lookup = "Ljava/lang/invoke/MethodHandles$Lookup;";
    String handles = "java/lang/invoke/MethodHandles";
    ClassWriter out = new ClassWriter(0);
    int access = Opcodes.ACC_PUBLIC | Opcodes.ACC_FINAL | Opcodes.ACC_SUPER;
    out.visit(Opcodes.V17, access, LOOKUPS, null, "java/lang/Object", null);
    int in = Opcodes.ACC_PUBLIC | Opcodes.ACC_STATIC;
    MethodVisitor code = out.visitMethod(in, "in", "(Ljava/lang/Class;)" + lookup, null, null);
    code.visitCode();
    code.visitVarInsn(Opcodes.ALOAD, 0);
    code.visitMethodInsn(Opcodes.INVOKESTATIC, handles, "lookup", "()" + lookup, false);
    code.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        handles,
        "privateLookupIn",
        "(Ljava/lang/Class;" + lookup + ")" + lookup,
        false);
    code.visitInsn(Opcodes.ARETURN);
    code.visitMaxs(2, 1);
    code.visitEnd();
    out.visitEnd();
    return out.toByteArray();
  }

  /** Whether the parent's classes of a package, or of a type's, are not the notebook's. */
  boolean hides(String name) {
    String shared = OwnLibraries.shared(name);
    return OwnLibraries.hidden(name) != null || shared != null && replaced.contains(shared);
  }

  /** Whether a type would come from a jar that the notebook adds, and not from the parent. */
  boolean replaces(String name) {
    String shared = OwnLibraries.shared(name);
    return OwnLibraries.hidden(name) != null || shared != null && !given.contains(shared);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    String shared = OwnLibraries.shared(name);
    if (!hides(name)) {
      Class<?> found = super.loadClass(name, resolve);
      if (shared != null) {
        given.add(shared); // two versions in one notebook would not fit together
      }
      return found;
    }
    synchronized (getClassLoadingLock(name)) {
      Class<?> found = findLoadedClass(name);
      return found == null ? findClass(name) : found;
    }
  }

  @Override
  public URL getResource(String name) {
    String type = name.replaceFirst("\\.class$", "").replace('/', '.');
    return hides(type) ? findResource(name) : super.getResource(name);
  }

  /** Calls among methods of one name. */
  OverloadLinks overloads() {
    return overloads;
  }

  /**
   * Makes a class known, which is defined when it is first asked for: JShell gives classes in any
   * order, a subclass before its parent too.
   */
  void declare(String name, byte[] bytes) {
    declared.put(name, bytes);
  }

  /** Takes back what was declared and never asked for. */
  void forget(String name) {
    declared.remove(name);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    byte[] bytes = declared.remove(name);
    return bytes == null ? super.findClass(name) : defineClass(name, bytes, 0, bytes.length);
  }

  void add(Path path) {
    try {
      addURL(path.toUri().toURL());
      for (String shared : OwnLibraries.allShared()) {
        if (!given.contains(shared) && OwnLibraries.holds(path, shared)) {
          replaced.add(shared);
        }
      }
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("not a class path entry: " + path, e);
    }
  }
}
