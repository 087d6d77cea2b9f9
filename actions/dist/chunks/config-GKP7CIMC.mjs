import{parseConfig,parseSettings,parseSettingsFile}from"./chunk-2WUDLOP3.mjs";import"./chunk-RYGUPKLD.mjs";export{parseConfig,parseSettings,parseSettingsFile};
