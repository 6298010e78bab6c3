/// llama.cpp's server as a real peer: [TinyVisionModel] writes a model for it, [LlamaServer] starts it.
package verimesh.verifier.llama;
