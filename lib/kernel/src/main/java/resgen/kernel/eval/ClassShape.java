package resgen.kernel.eval;

import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.RecordComponentVisitor;

/**
 * What the JVM does not let change in a loaded class: its ancestors, fields, methods without their
 * bodies, and nested classes.
 */
record ClassShape(Set<String> parts) {
  static ClassShape of(byte[] bytes) {
    Set<String> parts = new TreeSet<>();
    new ClassReader(bytes).accept(new Collector(parts), ClassReader.SKIP_CODE);
    return new ClassShape(parts);
  }

  private static final class Collector extends ClassVisitor {
    private final Set<String> parts;

    Collector(Set<String> parts) {
      super(Opcodes.ASM9);
      this.parts = parts;
    }

    @Override
    public void visit(int v, int access, String name, String sig, String sup, String[] ifs) {
      parts.add("class " + access + " " + name + " " + sup + " " + String.join(",", ifs));
    }

    @Override
    public FieldVisitor visitField(int access, String name, String desc, String sig, Object value) {
      parts.add("field " + access + " " + name + " " + desc + " " + value);
      return null;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String desc, String sig, String[] ex) {
      parts.add("method " + access + " " + name + desc);
      return null;
    }

    @Override
    public void visitNestMember(String member) {
      parts.add("nested " + member);
    }

    @Override
    public void visitPermittedSubclass(String subclass) {
      parts.add("permits " + subclass);
    }

    @Override
    public RecordComponentVisitor visitRecordComponent(String name, String desc, String sig) {
      parts.add("component " + name + " " + desc);
      return null;
    }
  }
}
