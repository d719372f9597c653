# Installs pinner for the user who runs this:
#   irm https://github.com/pinner-xyz/pinner/releases/latest/download/install.ps1 | iex
#
#   $env:PINNER_VERSION        such as 0.1.0; otherwise the newest release
#   $env:PINNER_INSTALL_DIR    where it goes; otherwise %LocalAppData%\Programs\pinner
#   $env:PINNER_REPLACE        1 to replace a pinner that is another program
#   $env:PINNER_DOWNLOAD_BASE  a mirror of https://github.com/pinner-xyz/pinner/releases

function Install-Pinner {
    $ErrorActionPreference = 'Stop'
    # Windows PowerShell takes many times longer to download while it draws its progress.
    $ProgressPreference = 'SilentlyContinue'
    [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

    if ($env:OS -ne 'Windows_NT') { throw 'pinner was not installed: on Linux and macOS, use install.sh' }
    # A 32-bit PowerShell on a 64-bit system has the system's own architecture in the first of these.
    $processor = if ($env:PROCESSOR_ARCHITEW6432) { $env:PROCESSOR_ARCHITEW6432 } else { $env:PROCESSOR_ARCHITECTURE }
    $arch = switch ($processor) {
        'AMD64' { 'x64' }
        'ARM64' { 'arm64' }
        default { throw "pinner was not installed: there is no build for $processor processors" }
    }
    $archive = "pinner-windows-$arch.zip"

    $base = if ($env:PINNER_DOWNLOAD_BASE) { $env:PINNER_DOWNLOAD_BASE.TrimEnd('/') } else { 'https://github.com/pinner-xyz/pinner/releases' }
    $version = if ($env:PINNER_VERSION) { $env:PINNER_VERSION -replace '^v', '' } else { 'latest' }
    if ($version -notmatch '^[0-9A-Za-z.+-]+$') { throw 'pinner was not installed: PINNER_VERSION is not a version such as 0.1.0' }
    $from = if ($version -eq 'latest') { "$base/latest/download" } else { "$base/download/v$version" }
    $dir = if ($env:PINNER_INSTALL_DIR) { $env:PINNER_INSTALL_DIR } else { Join-Path $env:LOCALAPPDATA 'Programs\pinner' }

    $dir = (New-Item -ItemType Directory -Force -Path $dir).FullName
    $target = Join-Path $dir 'pinner.exe'
    if (Test-Path -LiteralPath $target -PathType Container) { throw "pinner was not installed: $target is a directory" }
    if ((Test-Path -LiteralPath $target) -and $env:PINNER_REPLACE -ne '1') {
        # Where Bun keeps our program inside the executable, of whatever version. It is not run: it may be anything.
        $text = [Text.Encoding]::GetEncoding(28591).GetString([IO.File]::ReadAllBytes($target))
        if (-not $text.Contains('/~BUN/root/pinner')) {
            throw "pinner was not installed: $target is another program, not a pinner of this installer. Set PINNER_REPLACE to 1 to replace it, or PINNER_INSTALL_DIR to another directory"
        }
    }
    # In the same directory, so that the last step is a rename.
    $stage = Join-Path $dir ('.pinner-install.' + [IO.Path]::GetRandomFileName())
    New-Item -ItemType Directory -Path $stage | Out-Null
    try {
        foreach ($name in 'SHA256SUMS', $archive) {
            Write-Host "Downloading $from/$name"
            Invoke-WebRequest -UseBasicParsing -Uri "$from/$name" -OutFile (Join-Path $stage $name)
        }

        $pattern = '^([0-9a-fA-F]{64})  ' + [regex]::Escape($archive) + '$'
        $sums = @(Get-Content -LiteralPath (Join-Path $stage 'SHA256SUMS') | Where-Object { $_ -match $pattern })
        if ($sums.Count -ne 1) { throw "pinner was not installed: SHA256SUMS has no checksum of $archive" }
        $expected = $sums[0].Substring(0, 64)
        $actual = (Get-FileHash -Algorithm SHA256 -LiteralPath (Join-Path $stage $archive)).Hash
        if ($actual -ne $expected) { throw "pinner was not installed: $archive has not the checksum that SHA256SUMS gives: $actual, not $expected" }

        Expand-Archive -LiteralPath (Join-Path $stage $archive) -DestinationPath (Join-Path $stage 'unpacked')
        $new = Join-Path (Join-Path $stage 'unpacked') 'pinner.exe'
        $installed = & $new --version
        if ($LASTEXITCODE -ne 0) { throw "pinner was not installed: it does not run on this system" }
        # A program that is running can be moved, but not overwritten.
        $old = Join-Path $stage 'old.exe'
        if (Test-Path -LiteralPath $target) { Move-Item -LiteralPath $target -Destination $old }
        try {
            Move-Item -LiteralPath $new -Destination $target
        } catch {
            if (Test-Path -LiteralPath $old) { Move-Item -LiteralPath $old -Destination $target }
            throw
        }
    } finally {
        Remove-Item -Recurse -Force -LiteralPath $stage -ErrorAction SilentlyContinue
    }

    Write-Host "Installed pinner $installed to $target"
    $found = @(Get-Command -Name pinner -CommandType Application -All -ErrorAction SilentlyContinue | ForEach-Object { $_.Path })
    $first = $found | Select-Object -First 1
    $other = $found | Where-Object { $_ -ne $target } | Select-Object -First 1
    if ($first -eq $target) {
        Write-Host 'Log in with: pinner auth'
        if ($other) { Write-Host "It comes before another one on your PATH: $other" }
    } else {
        Write-Host 'To put its directory on your PATH, run this and open a new terminal:'
        Write-Host "  [Environment]::SetEnvironmentVariable('Path', '$dir;' + [Environment]::GetEnvironmentVariable('Path', 'User'), 'User')"
        if ($other) { Write-Host "Until then 'pinner' is another one: $other" }
    }
}

# The last line, so that a script cut short does nothing.
Install-Pinner
