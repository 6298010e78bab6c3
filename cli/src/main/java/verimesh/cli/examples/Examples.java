package verimesh.cli.examples;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// The files of `examples/`, each with what it shows. `examples/README.md` tells the same to people.
public final class Examples {
  private static final String LIGHTHOUSE = "a lighthouse on a cliff at night, crescent moon, flat poster illustration";
  private static final String PLANET = "a ringed planet over dark hills, retro poster, bold flat colours";
  private static final String WAVES = "rolling waves and a red sun behind a snowy mountain, woodblock print";

  private static final String TAKEN = "2025:09:14 06:42:17";
  /// Painted once: three files show it.
  private static final Supplier<Picture> LAKE = once(() -> Scenes.lake(768, 512));

  private Examples() {}

  private static Supplier<Picture> once(Supplier<Picture> painting) {
    var painted = new AtomicReference<Picture>();
    return () -> {
      if (painted.get() == null) painted.compareAndSet(null, painting.get());
      return painted.get();
    };
  }

  /// One example.
  ///
  /// @param name file name
  /// @param bytes makes the file; the same bytes on every run
  public record Example(String name, Supplier<byte[]> bytes) {}

  /// All of them, in the order of their names.
  public static List<Example> all() {
    var all = new ArrayList<Example>();
    all.add(new Example("camera.jpg", Examples::camera));
    all.add(new Example("caption-only.jpg", Examples::captionOnly));
    all.add(new Example("comfyui.webp", Examples::comfyUi));
    all.add(new Example("edited.jpg", Examples::edited));
    all.add(new Example("iptc-label.jpg", Examples::iptcLabel));
    all.add(new Example("moon.gif", Examples::moon));
    all.add(new Example("sd-webui.png", Examples::webUi));
    all.add(new Example("stealth.png", Examples::stealth));
    all.add(new Example("stripped.jpg", Examples::stripped));
    all.add(new Example("tc260-label.png", Examples::tc260));
    return all;
  }

  /// As it came from a camera: EXIF that fits together, a thumbnail of the same scene, tables of its own, no JFIF.
  private static byte[] camera() {
    return new JpegFile(LAKE.get()).exif(cameraExif(LAKE.get(), TAKEN).bytes()).ownTables(62).chroma(JpegFile.Chroma.H2V1).bytes();
  }

  /// The same scene after an upload: nothing left but pixels.
  private static byte[] stripped() {
    return new JpegFile(LAKE.get()).jfif().libraryQuality(85).bytes();
  }

  /// The same camera's picture, into which AI put balloons: genuine EXIF beside the label of an edit.
  private static byte[] edited() {
    Picture balloons = Scenes.lakeWithBalloons(768, 512);
    return new JpegFile(balloons)
        .exif(cameraExif(LAKE.get(), "2025:09:15 20:11:03").bytes())
        .xmp(Xmp.editedBy("Edited with Google AI", "compositeWithTrainedAlgorithmicMedia"))
        .libraryQuality(78).bytes();
  }

  /// A control: people may write what they like into a caption, and it proves nothing.
  private static byte[] captionOnly() {
    Picture forest = Scenes.forest(720, 480);
    byte[] exif = new ExifBlock()
        .imageText(0x010E, "Morning mist. Looks like Midjourney, but I stood there with cold feet.")
        .imageText(0x010F, "FUJIFILM").imageText(0x0110, "X-T60").imageShort(0x0112, 1)
        .imageRational(0x011A, 72, 1).imageRational(0x011B, 72, 1).imageShort(0x0128, 2)
        .imageText(0x0131, "Digital Camera X-T60 Ver1.10").imageText(0x0132, "2025:10:26 07:58:40").imageShort(0x0213, 2)
        .rational(0x829A, 1, 60).rational(0x829D, 56, 10).shortValue(0x8827, 400).undefined(0x9000, ascii("0232"))
        .text(0x9003, "2025:10:26 07:58:40").text(0x9004, "2025:10:26 07:58:40")
        .undefined(0x9101, (byte) 1, (byte) 2, (byte) 3, (byte) 0).undefined(0xA000, ascii("0100"))
        .signedRational(0x9201, 5_906_891, 1_000_000).rational(0x9202, 4_970_854, 1_000_000)
        .rational(0x920A, 35, 1).shortValue(0xA405, 53).shortValue(0xA001, 1).longValue(0xA002, 720).longValue(0xA003, 480)
        .shortValue(0xA403, 0).text(0xA434, "XF35mm").dcfBasic().bytes();
    return new JpegFile(forest).exif(exif)
        .xmp(Xmp.caption("Morning mist. Looks like Midjourney, but I stood there with cold feet.", "forest", "mist", "not stable diffusion"))
        .ownTables(60).chroma(JpegFile.Chroma.H2V1).bytes();
  }

  private static byte[] webUi() {
    return new PngFile(Scenes.lighthouse(512, 768).posterised(32), false)
        .text("parameters", LIGHTHOUSE + "\nNegative prompt: blurry, text, watermark\n"
            + "Steps: 28, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1907423345, Size: 512x768, "
            + "Model hash: 4f8e1c2ab9, Model: dreamshaper_8, Clip skip: 2, Version: v1.10.1")
        .bytes();
  }

  /// ComfyUI's own place for its graph in WebP: the EXIF tags that cameras use for their names.
  private static byte[] comfyUi() {
    String prompt = """
        {"3": {"inputs": {"seed": 20260114, "steps": 24, "cfg": 5.5, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0, \
        "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]}, "class_type": "KSampler"}, \
        "4": {"inputs": {"ckpt_name": "sd_xl_base_1.0.safetensors"}, "class_type": "CheckpointLoaderSimple"}, \
        "5": {"inputs": {"width": 512, "height": 512, "batch_size": 1}, "class_type": "EmptyLatentImage"}, \
        "6": {"inputs": {"text": "%s", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"}, \
        "7": {"inputs": {"text": "photo, blurry", "clip": ["4", 1]}, "class_type": "CLIPTextEncode"}, \
        "8": {"inputs": {"samples": ["3", 0], "vae": ["4", 2]}, "class_type": "VAEDecode"}, \
        "9": {"inputs": {"filename_prefix": "waves", "images": ["8", 0]}, "class_type": "SaveAnimatedWEBP"}}""".formatted(WAVES);
    String workflow = """
        {"last_node_id": 9, "last_link_id": 9, "nodes": [{"id": 3, "type": "KSampler"}, {"id": 6, "type": "CLIPTextEncode"}, \
        {"id": 9, "type": "SaveAnimatedWEBP"}], "links": [], "groups": [], "version": 0.4}""";
    byte[] exif = new ExifBlock().imageText(0x010F, "workflow:" + workflow).imageText(0x0110, "prompt:" + prompt).bytes();
    return WebpFile.of(Scenes.waves(512, 512).posterised(26), exif);
  }

  /// A label without a tool's name: IPTC's word for "made by a trained model".
  private static byte[] iptcLabel() {
    return new JpegFile(Scenes.dunes(640, 640)).jfif().xmp(Xmp.sourceType("trainedAlgorithmicMedia")).libraryQuality(82).bytes();
  }

  /// China's label for generated content.
  private static byte[] tc260() {
    String label = """
        {"Label":"1","ContentProducer":"001191110000EXAMPLE00000000","ProduceID":"example-city-0001","ReservedCode1":"",\
        "ContentPropagator":"","PropagateID":"","ReservedCode2":""}""";
    return new PngFile(Scenes.city(640, 640).posterised(28), false)
        .internationalText("XML:com.adobe.xmp", Xmp.tc260(label)).bytes();
  }

  /// No metadata to be seen: the parameters hide in the lowest bits of the alpha channel.
  private static byte[] stealth() {
    Picture planet = Scenes.planet(512, 512).posterised(32);
    return new PngFile(Stealth.hidden(planet, PLANET + "\nNegative prompt: photo\n"
        + "Steps: 30, Sampler: Euler a, CFG scale: 7, Seed: 424242, Size: 512x512, Model: deliberate_v3, Version: v1.9.4"), true).bytes();
  }

  /// An animation that says nothing of its making.
  private static byte[] moon() {
    var frames = new ArrayList<Picture>();
    for (int frame = 0; frame < 12; frame++) frames.add(Scenes.moon(144, (frame + 3.5) % 12 / 12.0).posterised(20));
    return GifFile.of(frames, 25);
  }

  /// What an unedited original carries. The camera does not exist; its values fit together as a real one's do.
  private static ExifBlock cameraExif(Picture scene, String changed) {
    byte[] thumbnail = new JpegFile(scene.shrunkTo(160, 107)).libraryQuality(60).chroma(JpegFile.Chroma.H2V1).bytes();
    return new ExifBlock()
        .imageText(0x010F, "Canon").imageText(0x0110, "Canon EOS R60").imageShort(0x0112, 1)
        .imageRational(0x011A, 72, 1).imageRational(0x011B, 72, 1).imageShort(0x0128, 2)
        .imageText(0x0132, changed).imageShort(0x0213, 2)
        .rational(0x829A, 1, 250).rational(0x829D, 8, 1).shortValue(0x8822, 3).shortValue(0x8827, 100)
        .shortValue(0x8830, 2).longValue(0x8832, 100).undefined(0x9000, ascii("0232"))
        .text(0x9003, TAKEN).text(0x9004, TAKEN).text(0x9010, "+02:00").text(0x9011, "+02:00").text(0x9012, "+02:00")
        .undefined(0x9101, (byte) 1, (byte) 2, (byte) 3, (byte) 0)
        .signedRational(0x9201, 7_965_784, 1_000_000).rational(0x9202, 6, 1).signedRational(0x9204, 0, 1)
        .shortValue(0x9207, 5).shortValue(0x9209, 16).rational(0x920A, 35, 1)
        .undefined(0x927C, makerNote())
        .text(0x9290, "37").text(0x9291, "37").text(0x9292, "37")
        .undefined(0xA000, ascii("0100")).shortValue(0xA001, 1).longValue(0xA002, scene.width()).longValue(0xA003, scene.height())
        .undefined(0xA300, (byte) 3).undefined(0xA301, (byte) 1)
        .shortValue(0xA401, 0).shortValue(0xA402, 0).shortValue(0xA403, 0).shortValue(0xA405, 56).shortValue(0xA406, 0)
        .rational(0xA432, 18, 1, 45, 1, 45, 10, 63, 10).text(0xA434, "RF-S18-45mm F4.5-6.3 IS STM")
        .dcfBasic()
        .place("N", new long[] {46, 43, 1230}, "E", new long[] {7, 58, 4410}, "2025:09:14", new long[] {4, 42, 17})
        .thumbnail(thumbnail);
  }

  /// In the maker's own form: a directory without a header. Two numbers suffice to be read as one.
  private static byte[] makerNote() {
    return new byte[] {
      2, 0,
      0x10, 0, 4, 0, 1, 0, 0, 0, (byte) 0x99, 0x09, 0, (byte) 0x80, // model id
      0x15, 0, 4, 0, 1, 0, 0, 0, 0, 0, 0, (byte) 0x90, // format of the serial number
      0, 0, 0, 0
    };
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
