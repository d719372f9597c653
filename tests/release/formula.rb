# Stands for what a formula finds in Homebrew, and does with it what `brew install` and `brew test` do.
# ARGV: the formula, the system (macos or linux), the processor (arm or intel), the directory of the unpacked archive,
# the directory that it is installed in. Prints what the formula said, as JSON.
require "fileutils"
require "json"
require "open3"
require "pathname"

FORMULA, SYSTEM, PROCESSOR, UNPACKED, PREFIX = ARGV

class Pathname
  def install(name)
    mkpath
    FileUtils.cp(name, self / name)
  end
end

class Formula
  SAID = {}
  class << self
    %i[desc homepage version license url sha256].each do |word|
      define_method(word) { |value = nil| value ? SAID[word] = value : SAID[word] }
    end
    %w[macos linux].each { |name| define_method("on_#{name}") { |&block| block.call if name == SYSTEM } }
    %w[arm intel].each { |name| define_method("on_#{name}") { |&block| block.call if name == PROCESSOR } }
    def test(&block) = define_method(:test_it, &block)
  end

  def version = self.class.version
  def bin = Pathname(PREFIX) / "bin"

  def generate_completions_from_executable(*command)
    SAID[:completions] = %w[bash zsh fish].to_h { |shell| [shell, shell_output([*command, shell].join(" ")).lines.size] }
  end

  def shell_output(command)
    output, status = Open3.capture2(command)
    raise "#{command} exited with #{status.exitstatus}" unless status.success?
    output
  end

  def assert_equal(wanted, found)
    raise "#{found.inspect} is not #{wanted.inspect}" unless wanted == found
    SAID[:tested] = found
  end
end

load FORMULA
if UNPACKED
  formula = Pinner.new
  Dir.chdir(UNPACKED) { formula.install }
  formula.test_it
end
puts JSON.generate(Formula::SAID)
