; Installer for Windows, compiled by NSIS 3 from the frozen folder.
;
;   makensis -DVERSION=0.1.0 -DFROZEN=..\..\build\frozen\event-history-inspector
;            -DOUTPUT=..\..\dist\event-history-inspector-0.1.0-windows-x64.exe installer.nsi
;
; Installs for one user without rights, or for all with them (MultiUser); the same file upgrades
; an older version in place. Silent: /S, and /AllUsers or /CurrentUser. To sign it, define SIGN
; as the command that signs a file ("%1").

Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma

!ifndef VERSION
  !error "VERSION is missing"
!endif
!ifndef FROZEN
  !error "FROZEN is missing"
!endif
!ifndef OUTPUT
  !error "OUTPUT is missing"
!endif

!define NAME "Event History Inspector"
!define ID "EventHistoryInspector"
!define PROGRAM "event-inspectorw.exe"
!define CONSOLE "event-inspector.exe"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"

!define MULTIUSER_EXECUTIONLEVEL Highest
!define MULTIUSER_MUI
!define MULTIUSER_INSTALLMODE_COMMANDLINE
!define MULTIUSER_INSTALLMODE_INSTDIR "${NAME}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_INSTDIR_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_KEY "${UNINSTALL}"
!define MULTIUSER_INSTALLMODE_DEFAULT_REGISTRY_VALUENAME "InstallLocation"
!define MULTIUSER_USE_PROGRAMFILES64
!include MultiUser.nsh
!include MUI2.nsh
!include FileFunc.nsh

Name "${NAME} ${VERSION}"
OutFile "${OUTPUT}"
BrandingText "${NAME}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=0 "ProductName" "${NAME}"
VIAddVersionKey /LANG=0 "FileDescription" "${NAME} set-up"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "LegalCopyright" "Apache-2.0"

!ifdef SIGN
  !finalize '${SIGN}'
  !uninstfinalize '${SIGN}'
!endif

!define MUI_ICON "..\icons\event-history-inspector.ico"
!define MUI_UNICON "..\icons\event-history-inspector.ico"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "..\..\LICENSE"
!insertmacro MULTIUSER_PAGE_INSTALLMODE
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Korean"

LangString InUse ${LANG_ENGLISH} "${NAME} is running. Close it, then try again."
LangString InUse ${LANG_KOREAN} "${NAME}이(가) 실행 중입니다. 닫은 다음 다시 시도하세요."

Function .onInit
  !insertmacro MULTIUSER_INIT
FunctionEnd

Function un.onInit
  !insertmacro MULTIUSER_UNINIT
FunctionEnd

; A running program holds its own file; nothing is half replaced then.
!macro RequireClosed
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      MessageBox MB_OK|MB_ICONEXCLAMATION "$(InUse)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

Section "Install"
  !insertmacro RequireClosed
  ; An older version goes first: files that a new one no longer has must not stay.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${FROZEN}\*.*"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"

  ; Offered under "Open with"; what opens these files today is not taken over.
  WriteRegStr SHCTX "Software\Classes\${ID}.Store" "" "Event store"
  WriteRegStr SHCTX "Software\Classes\${ID}.Store\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr SHCTX "Software\Classes\${ID}.Store\shell\open\command" "" \
    '"$INSTDIR\${PROGRAM}" open "%1"'
  WriteRegStr SHCTX "Software\Classes\.sqlite\OpenWithProgids" "${ID}.Store" ""
  WriteRegStr SHCTX "Software\Classes\.sqlite3\OpenWithProgids" "${ID}.Store" ""
  WriteRegStr SHCTX "Software\Classes\.db\OpenWithProgids" "${ID}.Store" ""

  ; Case files are this program's own: a double click opens them.
  WriteRegStr SHCTX "Software\Classes\${ID}.Case" "" "Marks on an event store"
  WriteRegStr SHCTX "Software\Classes\${ID}.Case\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr SHCTX "Software\Classes\${ID}.Case\shell\open\command" "" \
    '"$INSTDIR\${PROGRAM}" open -- "%1"'
  WriteRegStr SHCTX "Software\Classes\.ehcase" "" "${ID}.Case"
  WriteRegStr SHCTX "Software\Classes\Applications\${PROGRAM}" "FriendlyAppName" "${NAME}"

  ; Links that begin with ehi:. A link is foreign text and may hold quotes: what follows "--" is
  ; never an option of the program, whatever it looks like.
  WriteRegStr SHCTX "Software\Classes\ehi" "" "URL:${NAME}"
  WriteRegStr SHCTX "Software\Classes\ehi" "URL Protocol" ""
  WriteRegStr SHCTX "Software\Classes\ehi\DefaultIcon" "" "$INSTDIR\${PROGRAM},0"
  WriteRegStr SHCTX "Software\Classes\ehi\shell\open\command" "" \
    '"$INSTDIR\${PROGRAM}" open -- "%1"'

  ; "event-inspector" in a console finds the program.
  WriteRegStr SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\${CONSOLE}" "" \
    "$INSTDIR\${CONSOLE}"

  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM},0"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "Event History Inspector developers"
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" \
    '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" \
    '"$INSTDIR\uninstall.exe" /$MultiUser.InstallMode /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" $0
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, i 0, i 0)'
SectionEnd

Section "Uninstall"
  !insertmacro RequireClosed
  Delete "$SMPROGRAMS\${NAME}.lnk"
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\${CONSOLE}"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey SHCTX "Software\Classes\${ID}.Store"
  DeleteRegKey SHCTX "Software\Classes\${ID}.Case"
  DeleteRegKey SHCTX "Software\Classes\.ehcase"
  DeleteRegKey SHCTX "Software\Classes\ehi"
  DeleteRegValue SHCTX "Software\Classes\.sqlite\OpenWithProgids" "${ID}.Store"
  DeleteRegValue SHCTX "Software\Classes\.sqlite3\OpenWithProgids" "${ID}.Store"
  DeleteRegValue SHCTX "Software\Classes\.db\OpenWithProgids" "${ID}.Store"
  DeleteRegKey SHCTX "Software\Classes\Applications\${PROGRAM}"
  DeleteRegKey SHCTX "Software\Microsoft\Windows\CurrentVersion\App Paths\${CONSOLE}"
  DeleteRegKey SHCTX "${UNINSTALL}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, i 0, i 0)'
SectionEnd
