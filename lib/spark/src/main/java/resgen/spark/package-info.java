/** The lab's work on Apache Spark. */
package resgen.spark;
