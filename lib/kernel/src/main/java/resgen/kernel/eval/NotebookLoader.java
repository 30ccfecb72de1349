package resgen.kernel.eval;

import java.lang.invoke.MethodHandles;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Holds the notebook's own classes and the jars added while it runs. */
final class NotebookLoader extends URLClassLoader {
  static {
    registerAsParallelCapable();
  }

  private static final String LOOKUPS = "REPL/NotebookLookups";

  private final Map<String, byte[]> declared = new ConcurrentHashMap<>();

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
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("not a class path entry: " + path, e);
    }
  }
}
