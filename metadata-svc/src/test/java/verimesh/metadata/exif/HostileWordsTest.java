package verimesh.metadata.exif;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static verimesh.metadata.read.Crafted.*;
import static verimesh.metadata.read.ExifRecord.Ifd.EXIF;
import static verimesh.metadata.read.ExifRecord.Ifd.IFD0;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import verimesh.metadata.read.Crafted;
import verimesh.metadata.read.ExifRecord;
import verimesh.metadata.read.Reads;

/// Words that a pattern could choke on: judged within a second of processor time like everything else.
class HostileWordsTest {
  static Stream<Named<byte[]>> everyHostileBlock() {
    String history = IntStream.range(0, 7_000).mapToObj(i -> "<rdf:li stEvt:softwareAgent='Program " + i + "'/>").reduce(new StringBuilder(), StringBuilder::append, StringBuilder::append).toString();
    return Stream.of(
        Named.of("digits without end in Software", block(IFD0, 0x0131, "1".repeat(255) + "!")),
        Named.of("separators without end in Software", block(IFD0, 0x0131, "v1.".repeat(85) + "!")),
        Named.of("letters without end in Software", block(IFD0, 0x0131, "A1".repeat(127) + "!")),
        Named.of("8 MiB of Make", block(IFD0, 0x010f, "canon hp lg ".repeat(600_000))),
        Named.of("8 MiB of Model and a Software beside it", exif(new Crafted.Tiff(BIG_ENDIAN).ascii(IFD0, 0x0110, "a1 ".repeat(2_500_000)).ascii(IFD0, 0x0131, "b".repeat(255)))),
        Named.of("8 MiB of line feeds in UserComment", block(EXIF, 0x9286, "x" + "\n".repeat(8_000_000) + "x".repeat(9))),
        Named.of("8 MiB of half a settings line", block(EXIF, 0x9286, "\nSteps: 20, ".repeat(600_000))),
        Named.of("8 MiB of signatures that are too short", block(IFD0, 0x010e, ("Signature: " + "a".repeat(63) + " ").repeat(100_000))),
        Named.of("a history of 7,000 programs", png(itxt("XML:com.adobe.xmp", false, utf8(xmp(" xmlns:stEvt='http://ns.adobe.com/xap/1.0/sType/ResourceEvent#'",
            ("<dc:h><rdf:Seq>" + history + "</rdf:Seq></dc:h>").repeat(1)))))),
        Named.of("dates of nothing but digits", block(EXIF, 0x9003, "2".repeat(1_000_000))));
  }

  private static byte[] block(ExifRecord.Ifd ifd, int tag, String text) {
    return exif(new Crafted.Tiff(BIG_ENDIAN).ascii(IFD0, 0x0112, "x").ascii(ifd, tag, text));
  }

  private static byte[] exif(Crafted.Tiff tiff) {
    return png(chunk("eXIf", tiff.build()));
  }

  @ParameterizedTest @MethodSource("everyHostileBlock")
  void noWordsTakeASecond(byte[] file) {
    var threads = ManagementFactory.getThreadMXBean();
    long start = threads.getCurrentThreadCpuTime();
    ExifReport report = ExifReport.of(Reads.record(file));
    assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(1));
    assertThat(report.capture().make()).hasSizeLessThanOrEqualTo(512);
  }
}
